import { Link } from 'wouter'

import { useModels } from '../data/queries.ts'
import { hasModel, modelTitle } from '../data/has-model.ts'
import { HeaderMenu } from '../elements/menu.tsx'
import { Icon } from '../elements/icon.tsx'
import { link } from './addresses.ts'

/** The default provider of language models, and where to change it. */
export function ModelMenu() {
  const { data } = useModels()
  const count = data?.providers.find(({ id }) => id === data.default)?.models.length ?? 0
  const title = data === undefined ? '…' : modelTitle(data)
  return (
    <HeaderMenu
      label={
        <>
          <Icon name="model" size={16} />
          <span className="sr-only">Model: </span>
          <span className="truncate max-sm:sr-only">{title}</span>
        </>
      }
      title="Model"
    >
      {data !== undefined && hasModel(data) ? (
        <p className="text-sm">
          The default provider is {title}
          {count > 0 && <> with {count === 1 ? '1 model' : `${count} models`}</>}.
        </p>
      ) : (
        <p className="text-sm">
          No language model is configured. Direct forms, such as <code>/</code> commands, and all
          other views work without one.
        </p>
      )}
      <Link className="mt-2 inline-block text-accent underline" href={link('servers', 'models')}>
        Models and keys
      </Link>
    </HeaderMenu>
  )
}
