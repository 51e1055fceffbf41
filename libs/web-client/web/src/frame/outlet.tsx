import type { ErrorInfo, ReactNode } from 'react'
import { Component, lazy, Suspense } from 'react'
import { Link, Route, Switch, useLocation } from 'wouter'

import { loadPart } from '../elements/load-part.ts'
import { Problem } from '../elements/problem.tsx'
import { link } from './addresses.ts'
import { views } from './views.ts'

const pages = views.map((view) => ({ ...view, Page: lazy(() => loadPart(view.load)) }))

/** The view of the current address. */
export function Outlet() {
  const [location] = useLocation()
  const view = location.split('/')[1] ?? ''
  return (
    <ErrorBoundary key={view}>
      <Suspense fallback={<p className="p-4 text-muted">Loading…</p>}>
        <Switch>
          {pages.map(({ id, path, Page }) => (
            <Route component={Page} key={id} path={path} />
          ))}
          <Route>
            <UnknownAddress location={location} />
          </Route>
        </Switch>
      </Suspense>
    </ErrorBoundary>
  )
}

function UnknownAddress({ location }: { readonly location: string }) {
  return (
    <div className="p-4">
      <h1 className="text-xl font-semibold">No such page</h1>
      <p className="my-2 wrap-anywhere">
        No view has the address <code>{location}</code>. Choose one of these:
      </p>
      <ul className="list-disc pl-5">
        {views.map(({ id, title }) => (
          <li key={id}>
            <Link className="text-accent underline" href={link(id)}>
              {title}
            </Link>
          </li>
        ))}
      </ul>
    </div>
  )
}

interface BoundaryState {
  readonly error: unknown
}

/** Keeps the frame usable if a view fails. */
class ErrorBoundary extends Component<{ readonly children: ReactNode }, BoundaryState> {
  override state: BoundaryState = { error: undefined }

  static getDerivedStateFromError(error: unknown): BoundaryState {
    return { error }
  }

  override componentDidCatch(error: unknown, { componentStack }: ErrorInfo) {
    console.error(error, componentStack)
  }

  override render() {
    if (this.state.error === undefined) return this.props.children
    return (
      <div className="p-4">
        <Problem error={this.state.error}>
          <button className="mt-1 underline" onClick={() => location.reload()} type="button">
            Reload the page
          </button>
        </Problem>
      </div>
    )
  }
}
