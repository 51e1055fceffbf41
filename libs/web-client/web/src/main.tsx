import { QueryClientProvider } from '@tanstack/react-query'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { Router } from 'wouter'

import { createQueryClient } from './data/query-client.ts'
import { link, pagePath } from './frame/addresses.ts'
import { Shell } from './frame/shell.tsx'
import { applyTheme, readTheme } from './frame/theme.ts'
import { views } from './frame/views.ts'

applyTheme(readTheme())

// The page is also at the root of the service and at the root of all views.
const [first] = views
if (first !== undefined && !location.pathname.startsWith(`${pagePath}/`)) {
  history.replaceState(null, '', pagePath + link(first.id))
}

const root = document.querySelector('#root')
if (root !== null) {
  createRoot(root).render(
    <StrictMode>
      <QueryClientProvider client={createQueryClient()}>
        <Router base={pagePath}>
          <Shell />
        </Router>
      </QueryClientProvider>
    </StrictMode>,
  )
}
