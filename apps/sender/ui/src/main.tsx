import { CSPProvider } from '@base-ui/react/csp-provider'
import { Tooltip } from '@base-ui/react/tooltip'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { TimeHint } from './components/time-hint.tsx'
import { Toasts } from './components/toasts.tsx'
import { createQueries } from './create-queries.ts'
import { createPageRouter } from './router.tsx'
import { applyTheme, storedTheme } from './shell/theme.ts'
import './styles/tokens.css'
import './styles/base.css'

applyTheme(storedTheme())

const root = document.querySelector('#root')
if (root === null) throw new Error('index.html has no #root')

const queries = createQueries(() => void router.invalidate())
const router = createPageRouter(queries)

createRoot(root).render(
  <StrictMode>
    {/* The page's policy permits no style elements: what they would say stands in styles/. */}
    <CSPProvider disableStyleElements>
      <QueryClientProvider client={queries}>
        <Tooltip.Provider>
          <Toasts>
            <RouterProvider router={router} />
            <TimeHint />
          </Toasts>
        </Tooltip.Provider>
      </QueryClientProvider>
    </CSPProvider>
  </StrictMode>,
)
