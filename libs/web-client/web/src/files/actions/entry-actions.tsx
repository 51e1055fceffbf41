import { useState } from 'react'

import type { IconName } from '../../elements/icon.tsx'
import { Button } from '../../elements/button.tsx'
import { isInTrash, originalPath } from '../folders/trash.ts'
import type { Root } from '../tree/tree-item.ts'
import { DeleteDialog } from './delete-dialog.tsx'
import { MoveDialog } from './move-dialog.tsx'
import { NewEntryDialog } from './new-entry-dialog.tsx'

export interface EntryActionsProps {
  readonly root: Root
  readonly path: string
  readonly isFolder: boolean
}

type Action = 'file' | 'folder' | 'move' | 'restore' | 'delete'

/**
 * The actions on a file or folder. Actions that the root does not allow are disabled, and show the reason.
 */
export function EntryActions(props: EntryActionsProps) {
  const { root, path, isFolder } = props
  const [open, setOpen] = useState<Action>()
  const close = () => setOpen(undefined)
  return (
    <div className="flex flex-wrap gap-1">
      {actionsOf(props).map(({ action, title, icon, needs }) => {
        const missing = needs.find((permission) => !root.permissions.includes(permission))
        const reason =
          missing === undefined ? undefined : `The root ${root.name} does not allow "${missing}".`
        return (
          <Button
            disabled={reason !== undefined}
            icon={icon}
            key={action}
            kind="quiet"
            onClick={() => setOpen(action)}
            title={reason}
          >
            {title}
          </Button>
        )
      })}
      {(open === 'file' || open === 'folder') && (
        <NewEntryDialog folder={path} kind={open} onClose={close} root={root.name} />
      )}
      {(open === 'move' || open === 'restore') && (
        <MoveDialog isRestoring={open === 'restore'} onClose={close} path={path} root={root.name} />
      )}
      {open === 'delete' && (
        <DeleteDialog isFolder={isFolder} onClose={close} path={path} root={root.name} />
      )}
    </div>
  )
}

interface ActionDescription {
  readonly action: Action
  readonly title: string
  readonly icon: IconName
  readonly needs: readonly ('write' | 'delete')[]
}

const create: readonly ActionDescription[] = [
  { action: 'file', title: 'New file', icon: 'plus', needs: ['write'] },
  { action: 'folder', title: 'New folder', icon: 'plus', needs: ['write'] },
]
const move: ActionDescription = {
  action: 'move',
  title: 'Rename or move',
  icon: 'edit',
  needs: ['write', 'delete'],
}
const remove: ActionDescription = {
  action: 'delete',
  title: 'Delete',
  icon: 'trash',
  needs: ['delete'],
}
const restore: ActionDescription = {
  action: 'restore',
  title: 'Restore',
  icon: 'upload',
  needs: ['write', 'delete'],
}

function actionsOf({ path, isFolder }: EntryActionsProps): readonly ActionDescription[] {
  if (isInTrash(path)) {
    return [...(originalPath(path) === undefined ? [] : [restore]), remove]
  }
  return [...(isFolder ? create : []), ...(path === '' ? [] : [move, remove])]
}
