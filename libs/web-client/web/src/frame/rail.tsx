import { Link, useRoute } from 'wouter'

import { Icon } from '../elements/icon.tsx'
import { link } from './addresses.ts'
import type { View } from './views.ts'
import { views } from './views.ts'

/** Links to all views: at the left, or at the bottom of a narrow window. */
export function Rail() {
  return (
    <nav
      aria-label="Views"
      className="order-last shrink-0 border-t border-line bg-raised sm:order-first sm:w-14 sm:border-t-0 sm:border-r lg:w-40"
    >
      <ul className="flex justify-around gap-0.5 p-1 sm:flex-col sm:justify-start sm:p-1.5">
        {views.map((view) => (
          <RailLink key={view.id} view={view} />
        ))}
      </ul>
    </nav>
  )
}

function RailLink({ view: { id, path, title, icon } }: { readonly view: View }) {
  const [isCurrent] = useRoute(path)
  return (
    <li className="min-w-0 grow sm:grow-0">
      <Link
        aria-current={isCurrent ? 'page' : undefined}
        className={`flex min-h-10 flex-col items-center justify-center gap-0.5 rounded-md border border-transparent px-1 text-xs lg:flex-row lg:justify-start lg:gap-2.5 lg:px-2.5 lg:text-base ${
          isCurrent
            ? 'bg-accent-soft font-medium text-accent forced-colors:border-[Highlight]'
            : 'text-muted hover:bg-sunken forced-colors:border-none'
        }`}
        href={link(id)}
      >
        <Icon name={icon} />
        <span className="sm:sr-only lg:not-sr-only">{title}</span>
      </Link>
    </li>
  )
}
