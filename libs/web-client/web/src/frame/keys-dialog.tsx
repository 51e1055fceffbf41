import { Dialog } from '../elements/dialog.tsx'

const keys = [
  ['Ctrl or ⌘ + K', 'Search and commands'],
  ['Ctrl or ⌘ + J', 'Activity panel, at the right of a view'],
  ['?', 'This list'],
  ['Escape', 'Close a dialog or a panel'],
  ['Tab, Shift + Tab', 'Next and previous control'],
  ['Enter', 'Send the prompt, run the form'],
  ['Shift + Enter', 'New line in the prompt'],
  ['Ctrl or ⌘ + Enter', 'In an editor: run the statement, run the form, review the changes'],
  ['Ctrl + Space', 'In an editor: list completions'],
  ['Escape, Tab', 'Leave an editor in which Tab indents'],
] as const

export function KeysDialog({ onClose }: { readonly onClose: () => void }) {
  return (
    <Dialog onClose={onClose} title="Keys">
      <dl className="grid grid-cols-[auto_1fr] gap-x-4 gap-y-1.5">
        {keys.map(([key, action]) => (
          <div className="contents" key={key}>
            <dt>
              <kbd className="rounded border border-line bg-sunken px-1.5 py-px font-mono text-sm">
                {key}
              </kbd>
            </dt>
            <dd>{action}</dd>
          </div>
        ))}
      </dl>
    </Dialog>
  )
}
