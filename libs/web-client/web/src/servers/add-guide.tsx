import { useId, useState } from 'react'
import { Link } from 'wouter'

import { useCatalogue } from '../data/queries.ts'
import { CopyButton } from '../elements/copy-button.tsx'
import { TextField } from '../elements/field.tsx'
import { Icon } from '../elements/icon.tsx'
import { link } from '../frame/addresses.ts'
import { useConnection } from '../stream/use-stream.ts'
import type { AddedKind } from './add-steps.ts'
import { addSteps, nameProblem } from './add-steps.ts'
import { findAdded } from './find-added.ts'

const readEveryMs = 3000
const examples = { tool: 'currency', server: 'weather' } as const

/** The commands that add a tool or a server, and whether the catalogue has it. */
export function AddGuide({ kind }: { readonly kind: AddedKind }) {
  const [name, setName] = useState('')
  const shownName = name === '' ? examples[kind] : name
  const problem = name === '' ? undefined : nameProblem(name)
  const headingId = useId()
  return (
    <section aria-labelledby={headingId} className="max-w-2xl space-y-3">
      <h2 className="text-lg font-semibold" id={headingId}>
        {kind === 'tool' ? 'Add a tool' : 'Write a server'}
      </h2>
      <p className="text-sm text-muted">
        {kind === 'tool'
          ? 'A tool is one file of the server “tools”. Its form, its place in the tool list of the model, its tests and its documentation are derived from it.'
          : 'A server handles one type of request. It runs in the hub, and alone in its own process.'}
      </p>
      <TextField
        className="max-w-xs"
        error={problem}
        hint={`For example ${examples[kind]}.`}
        label={`Name of the ${kind}`}
        onChange={({ target }) => setName(target.value.trim())}
        spellCheck={false}
        value={name}
      />
      <ol className="list-decimal space-y-2 pl-5">
        {addSteps(kind, problem === undefined ? shownName : examples[kind]).map(
          ({ text, command }) => (
            <li className="wrap-anywhere" key={text}>
              {text}
              {command !== undefined && (
                <div className="mt-1 flex items-start gap-1">
                  <code className="min-w-0 grow rounded-md bg-sunken px-2 py-1.5 text-sm">
                    {command}
                  </code>
                  <CopyButton label={`Copy “${command}”`} text={command} />
                </div>
              )}
            </li>
          ),
        )}
      </ol>
      {name !== '' && problem === undefined && <AddedLine key={name} kind={kind} name={name} />}
      {kind === 'server' && <OtherProcess name={problem === undefined ? shownName : 'weather'} />}
    </section>
  )
}

/** A line that turns green when the catalogue has the new tool or server. */
function AddedLine({ kind, name }: { readonly kind: AddedKind; readonly name: string }) {
  const { data: servers } = useCatalogue({ readEveryMs })
  const connection = useConnection()
  const added = servers && findAdded(servers, kind, name)
  // A tool that existed before its name was typed is not new.
  const [wasThere] = useState(added !== undefined)
  if (added === undefined) {
    return (
      <p className="flex items-center gap-2 text-muted" role="status">
        <span aria-hidden="true" className="size-2 animate-pulse rounded-full bg-muted" />
        {connection.state === 'live'
          ? `The catalogue does not have the ${kind} ${name} yet. This line changes when it does.`
          : 'Waiting for the hub…'}
      </p>
    )
  }
  const { operations, first } = added
  const count = operations === 1 ? '1 operation' : `${operations} operations`
  return (
    <p
      className={`flex flex-wrap items-center gap-2 rounded-md p-2 ${wasThere ? 'bg-warn-soft text-warn' : 'bg-good-soft text-good'}`}
      role="status"
    >
      <Icon name={wasThere ? 'info' : 'check'} />
      {wasThere
        ? `A ${kind} of this name exists already, with ${count}. Choose another name.`
        : `The catalogue has the ${kind} ${name}, with ${count}.`}
      {first !== undefined && (
        <Link className="underline" href={link('console', ...first)}>
          Open it in the console
        </Link>
      )}
    </p>
  )
}

function OtherProcess({ name }: { readonly name: string }) {
  const command = `SERVER_URLS=${name}=http://localhost:5008 npm run start:services`
  return (
    <details>
      <summary className="text-sm text-muted">A server that runs elsewhere already</summary>
      <p className="my-1 text-sm">
        Name its address. The session manager reads this variable; the hub of <code>npm start</code>{' '}
        does not.
      </p>
      <div className="flex items-start gap-1">
        <code className="min-w-0 grow rounded-md bg-sunken px-2 py-1.5 text-sm wrap-anywhere">
          {command}
        </code>
        <CopyButton label="Copy the command" text={command} />
      </div>
    </details>
  )
}
