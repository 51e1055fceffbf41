import { Link } from 'wouter'

import { entryAddress } from './selection.ts'
import { shownName } from './shown-name.ts'

const linkClass = 'text-accent underline'

/** The path of an entry, with a link to each folder. */
export function EntryPath({ root, path }: { readonly root: string; readonly path: string }) {
  const names = path === '' ? [] : path.split('/')
  return (
    <h1 className="text-lg font-semibold wrap-anywhere">
      {names.length === 0 ? (
        root
      ) : (
        <Link className={linkClass} href={entryAddress(root, '')}>
          {root}
        </Link>
      )}
      {names.map((name, index) => {
        const folder = names.slice(0, index + 1).join('/')
        return (
          <span key={folder}>
            <span className="px-1 text-muted">/</span>
            {index === names.length - 1 ? (
              shownName(name)
            ) : (
              <Link className={linkClass} href={entryAddress(root, folder)}>
                {shownName(name)}
              </Link>
            )}
          </span>
        )
      })}
    </h1>
  )
}
