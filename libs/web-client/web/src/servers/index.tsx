import { Link, useParams } from 'wouter'

import { link } from '../frame/addresses.ts'
import { AddClient } from './add-client.tsx'
import { AddGuide } from './add-guide.tsx'
import { GrantList } from './grant-list.tsx'
import { ModelSettings } from './model-settings.tsx'
import { ServerList } from './server-list.tsx'
import { StandardServers } from './standard-servers.tsx'

const tab =
  'rounded-md px-2 py-1 text-muted hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:text-accent'

const parts = [
  { path: '', title: 'Servers' },
  { path: 'models', title: 'Models and keys' },
  { path: 'approvals', title: 'Approvals' },
  { path: 'add-tool', title: 'Add a tool' },
  { path: 'add-server', title: 'Add a server' },
  { path: 'add-client', title: 'Add to a client' },
] as const

/**
 * The servers with their state, the providers of language models, what is always allowed, and how to add
 * tools, servers and clients.
 */
export default function ServersPage() {
  const { '*': path = '' } = useParams<{ readonly '*'?: string }>()
  return (
    <div className="max-w-4xl p-4">
      <h1 className="mb-2 text-xl font-semibold">Servers</h1>
      <nav aria-label="Parts of this view" className="mb-3 flex flex-wrap gap-1">
        {parts.map((part) => (
          <Link
            aria-current={part.path === path ? 'page' : undefined}
            className={tab}
            href={part.path === '' ? link('servers') : link('servers', part.path)}
            key={part.path}
          >
            {part.title}
          </Link>
        ))}
      </nav>
      <Part path={path} />
    </div>
  )
}

function Part({ path }: { readonly path: string }) {
  switch (path) {
    case '':
      return <ServerList />
    case 'models':
      return <ModelSettings />
    case 'approvals':
      return <GrantList />
    case 'add-tool':
      return <AddGuide key={path} kind="tool" />
    case 'add-server':
      return (
        <div className="space-y-8">
          <StandardServers />
          <AddGuide key={path} kind="server" />
        </div>
      )
    case 'add-client':
      return <AddClient />
    default:
      return (
        <p className="text-warn wrap-anywhere" role="status">
          This view has no part “{path}”. Choose one of those above.
        </p>
      )
  }
}
