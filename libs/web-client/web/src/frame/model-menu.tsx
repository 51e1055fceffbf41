import { Link } from 'wouter'

import { useModels } from '../data/queries.ts'
import { HeaderMenu } from '../elements/menu.tsx'
import { Icon } from '../elements/icon.tsx'
import { link } from './addresses.ts'

/** The default provider of language models, and where to change it. */
export function ModelMenu() {
  const { data } = useModels()
  const current = data?.providers.find(({ id }) => id === data.default)
  const title = current?.title ?? (data === undefined ? '…' : 'no model')
  return (
    <HeaderMenu
      label={
        <>
          <Icon name="model" size={16} />
          <span className="sr-only">Model: </span>
          <span className="truncate">{title}</span>
        </>
      }
      title="Model"
    >
      {current === undefined ? (
        <p className="text-sm">
          No language model is configured. Direct forms, such as <code>/</code> commands, and all
          other views work without one.
        </p>
      ) : (
        <p className="text-sm">
          The default provider is {current.title}
          {current.models[0] !== undefined && <> with {current.models.length} models</>}.
        </p>
      )}
      <Link className="mt-2 inline-block text-accent underline" href={link('servers', 'models')}>
        Models and keys
      </Link>
    </HeaderMenu>
  )
}
