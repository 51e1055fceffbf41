import { Link, useParams } from 'wouter'

import { link } from '../frame/addresses.ts'
import { ModelSettings } from './model-settings.tsx'
import { ServerList } from './server-list.tsx'

const tab =
  'rounded-md px-2 py-1 text-muted hover:bg-sunken aria-[current]:bg-accent-soft aria-[current]:text-accent'

/** The servers with their state, and the providers of language models. */
export default function ServersPage() {
  const params = useParams<{ readonly '*'?: string }>()
  const isModels = params['*'] === 'models'
  return (
    <div className="max-w-4xl p-4">
      <h1 className="mb-2 text-xl font-semibold">Servers</h1>
      <nav aria-label="Parts of this view" className="mb-3 flex gap-1">
        <Link aria-current={isModels ? undefined : 'page'} className={tab} href={link('servers')}>
          Servers
        </Link>
        <Link
          aria-current={isModels ? 'page' : undefined}
          className={tab}
          href={link('servers', 'models')}
        >
          Models and keys
        </Link>
      </nav>
      {isModels ? <ModelSettings /> : <ServerList />}
    </div>
  )
}
