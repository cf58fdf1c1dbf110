import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'

export default defineConfig({
  plugins: [react()],
  build: {
    // The first that know light-dark(), of 2024.
    target: ['chrome123', 'firefox120', 'safari17.5'],
    // Nothing may be inlined: the page's policy permits no data: scripts or styles.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 300,
  },
  server: {
    // `vite` beside `sender serve`.
    proxy: {
      '^/(api|docs|openapi.json)': {
        target: process.env['SENDER_URL'] ?? 'http://127.0.0.1:8080',
        changeOrigin: false,
      },
    },
  },
})
