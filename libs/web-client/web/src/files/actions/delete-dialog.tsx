import { useMutation } from '@tanstack/react-query'
import { useLocation } from 'wouter'

import { callOperation } from '../../data/call-operation.ts'
import { Button } from '../../elements/button.tsx'
import { Dialog } from '../../elements/dialog.tsx'
import { Problem } from '../../elements/problem.tsx'
import { changeMarks } from '../changes/change-marks.ts'
import { entryChanges } from '../changes/entry-changes.ts'
import { discardDraft } from '../documents/drafts.ts'
import { isInTrash } from '../folders/trash.ts'
import { entryAddress } from '../selection.ts'
import { folderOf, shownName } from '../shown-name.ts'
import { entryId } from '../tree/tree-item.ts'

export interface DeleteDialogProps {
  readonly root: string
  readonly path: string
  readonly isFolder: boolean
  readonly onClose: () => void
}

/** A dialog that moves an entry to the trash. An entry in the trash is deleted permanently. */
export function DeleteDialog({ root, path, isFolder, onClose }: DeleteDialogProps) {
  const [, navigate] = useLocation()
  const isPermanent = isInTrash(path)
  const { mutate, error, isPending } = useMutation({
    mutationFn: () =>
      changeMarks.expectOwn(entryChanges('deleted', root, path), async () => {
        const params = { root, path, trash: !isPermanent, recursive: isFolder && isPermanent }
        await callOperation('roots', 'delete', params)
        return {}
      }),
    onSuccess() {
      discardDraft(entryId(root, path))
      onClose()
      navigate(entryAddress(root, folderOf(path)))
    },
  })
  return (
    <Dialog onClose={onClose} title={isPermanent ? 'Delete permanently' : 'Move to the trash'}>
      <div className="space-y-3">
        <p className="wrap-anywhere">
          {isPermanent
            ? `${shownName(path)} is deleted${isFolder ? ' with all of its contents' : ''}. This cannot be undone.`
            : `${shownName(path)} moves to the trash of ${root}, from which it can be restored.`}
        </p>
        {error !== null && <Problem error={error} />}
        <div className="flex gap-2">
          <Button disabled={isPending} icon="trash" kind="danger" onClick={() => mutate()}>
            {isPermanent ? 'Delete permanently' : 'Move to the trash'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </div>
      </div>
    </Dialog>
  )
}
