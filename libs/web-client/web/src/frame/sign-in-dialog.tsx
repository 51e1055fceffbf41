import { useQueryClient } from '@tanstack/react-query'
import type { FormEvent } from 'react'
import { useState, useSyncExternalStore } from 'react'

import { isSignInRequired, onSignInChange } from '../data/sign-in.ts'
import { currentToken, setToken } from '../data/token.ts'
import { Button } from '../elements/button.tsx'
import { Dialog } from '../elements/dialog.tsx'
import { TextField } from '../elements/field.tsx'

/** Requests a token over the current view when the service requires one. The view keeps its state. */
export function SignInDialog() {
  const isRequired = useSyncExternalStore(onSignInChange, isSignInRequired)
  const client = useQueryClient()
  const [token, changeToken] = useState('')
  if (!isRequired) return null

  const isRefused = currentToken() !== ''
  const submit = (event: FormEvent) => {
    event.preventDefault()
    setToken(token.trim())
    // A query whose request with the former token is in progress would not start another request. So all
    // queries are cancelled first.
    void client.cancelQueries().then(() => client.invalidateQueries())
  }
  return (
    <Dialog isDismissible={false} onClose={() => {}} title="Sign in">
      <form className="space-y-3" onSubmit={submit}>
        <p>This service requires a token. The operator of the service creates it.</p>
        <TextField
          autoComplete="off"
          error={isRefused ? 'This token is not valid. Check it, and sign in again.' : undefined}
          label="Your token"
          onChange={({ target }) => changeToken(target.value)}
          required
          type="password"
          value={token}
        />
        <Button kind="primary" type="submit">
          Sign in
        </Button>
      </form>
    </Dialog>
  )
}
