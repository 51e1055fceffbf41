/** A changed text that is not saved, and the version on which it is based. */
export interface Draft {
  readonly text: string
  readonly baseText: string
  /** Etag of the version. Undefined if the server returned none. */
  readonly baseEtag: string | undefined
}

const drafts = new Map<string, Draft>()

/** Returns the draft of a file, which survives a change of the selection or of the view. */
export function readDraft(id: string): Draft | undefined {
  return drafts.get(id)
}

export function storeDraft(id: string, draft: Draft): void {
  if (draft.text === draft.baseText) drafts.delete(id)
  else drafts.set(id, draft)
  warnOfLoss()
}

export function discardDraft(id: string): void {
  drafts.delete(id)
  warnOfLoss()
}

/** While there are drafts, the browser requires a confirmation to close or reload the page. */
function warnOfLoss(): void {
  if (drafts.size > 0) addEventListener('beforeunload', preventUnload)
  else removeEventListener('beforeunload', preventUnload)
}

function preventUnload(event: BeforeUnloadEvent): void {
  event.preventDefault()
}
