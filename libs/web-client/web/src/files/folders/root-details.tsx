import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Badge } from '../../elements/badge.tsx'
import { Button } from '../../elements/button.tsx'
import { TextField } from '../../elements/field.tsx'
import { Problem } from '../../elements/problem.tsx'
import { link } from '../../frame/addresses.ts'
import { sizeText } from '../../results/cut-text.ts'
import { useUnfollowed } from '../changes/follow-changes.ts'
import { fileKeys } from '../queries.ts'
import type { Root } from '../tree/tree-item.ts'

const permissions = ['read', 'write', 'delete'] as const

/** Permissions of the session in a root, and a check of a path. */
export function RootDetails({ root }: { readonly root: Root }) {
  const { name, uri, include, exclude, quotaBytes, usedBytes } = root
  const reason = useUnfollowed().get(name)
  return (
    <details className="max-w-3xl rounded-md border border-line">
      <summary className="flex flex-wrap items-center gap-2 px-3 py-2">
        <span className="font-medium">Permissions</span>
        {root.permissions.map((permission) => (
          <Badge key={permission}>{permission}</Badge>
        ))}
        {reason !== undefined && <Badge tone="warn">changes are not reported</Badge>}
      </summary>
      <div className="space-y-4 border-t border-line p-3">
        <dl className="grid grid-cols-[auto_1fr] gap-x-3 gap-y-0.5 text-sm">
          <dt className="text-muted">Address</dt>
          <dd className="font-mono wrap-anywhere">{uri}</dd>
          {include.length > 0 && (
            <>
              <dt className="text-muted">Only</dt>
              <dd className="font-mono wrap-anywhere">{include.join(', ')}</dd>
            </>
          )}
          {exclude.length > 0 && (
            <>
              <dt className="text-muted">Without</dt>
              <dd className="font-mono wrap-anywhere">{exclude.join(', ')}</dd>
            </>
          )}
          {quotaBytes !== undefined && (
            <>
              <dt className="text-muted">Quota</dt>
              <dd>
                {usedBytes === undefined ? 'unknown' : sizeText(usedBytes)} of{' '}
                {sizeText(quotaBytes)}
              </dd>
            </>
          )}
          <dt className="text-muted">Changes</dt>
          <dd className="wrap-anywhere">{reason ?? 'A mark in the tree shows what changes.'}</dd>
        </dl>
        <PermissionsForm key={root.permissions.join()} root={root} />
        <PathCheck root={name} />
        <p className="text-sm">
          <Link className="text-accent underline" href={link('console', 'roots', 'addRoot')}>
            Add a root for a folder of this one
          </Link>
        </p>
      </div>
    </details>
  )
}

/** Changes what this session may do in a root. */
function PermissionsForm({ root }: { readonly root: Root }) {
  const client = useQueryClient()
  const [chosen, setChosen] = useState<readonly (typeof permissions)[number][]>(root.permissions)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      callOperation('roots', 'updateRoot', { root: root.name, permissions: [...chosen] }),
    onSettled: () => client.invalidateQueries({ queryKey: fileKeys.all }),
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <fieldset className="flex flex-wrap items-center gap-3">
        <legend className="mb-1 text-sm font-medium">What this session may do</legend>
        {permissions.map((permission) => (
          <label className="flex items-center gap-1.5" key={permission}>
            <input
              checked={chosen.includes(permission)}
              onChange={({ target }) =>
                setChosen(
                  permissions.filter((each) =>
                    each === permission ? target.checked : chosen.includes(each),
                  ),
                )
              }
              type="checkbox"
            />
            {permission}
          </label>
        ))}
        <Button disabled={isPending || chosen.join() === root.permissions.join()} type="submit">
          Apply
        </Button>
      </fieldset>
      {error !== null && <Problem error={error} />}
    </form>
  )
}

/** Explains why a path may or may not be used. */
function PathCheck({ root }: { readonly root: string }) {
  const [path, setPath] = useState('')
  const { mutate, data, error, isPending } = useMutation({
    mutationFn: () => callOperation('roots', 'resolvePath', { root, path }),
  })
  return (
    <form
      className="space-y-2"
      onSubmit={(event) => {
        event.preventDefault()
        mutate()
      }}
    >
      <div className="flex items-end gap-2">
        <TextField
          className="grow"
          label="Check a path"
          onChange={({ target }) => setPath(target.value)}
          placeholder="notes/todo.md"
          spellCheck={false}
          value={path}
        />
        <Button disabled={isPending} type="submit">
          Check
        </Button>
      </div>
      <div role="status">
        {data !== undefined && (
          <p className="flex flex-wrap items-center gap-2 wrap-anywhere">
            {data.allowed.length === 0 ? (
              <Badge tone="bad">not allowed</Badge>
            ) : (
              <Badge tone="good">allowed: {data.allowed.join(', ')}</Badge>
            )}
            {data.explanation}
            {data.reason !== undefined && <code className="text-xs">{data.reason}</code>}
          </p>
        )}
      </div>
      {error !== null && <Problem error={error} />}
    </form>
  )
}
