import { existsSync } from 'node:fs'
import { type BrowserServer, chromium } from 'playwright-core'

// Debian's build without windows first: tests take two thirds of the time in it.
const places = ['chromium-headless-shell', 'chromium', 'chromium-browser', 'google-chrome'].map(
  (name) => `/usr/bin/${name}`,
)

/**
 * How Chromium is started: as it is installed on this machine, or where `CHROME_PATH` says, and without anything that it
 * would ask of the network by itself.
 */
export const launchOptions = {
  executablePath: process.env['CHROME_PATH'] ?? places.find((place) => existsSync(place)) ?? 'chromium',
  args: [
    '--no-sandbox',
    '--disable-gpu',
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
} as const

/** Starts one browser that several processes use. */
export function launchBrowser(): Promise<BrowserServer> {
  return chromium.launchServer({ ...launchOptions, args: [...launchOptions.args] })
}
