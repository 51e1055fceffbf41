/** Opens a session and returns its path. */
export async function openSession(port: number): Promise<string> {
  const response = await fetch(`http://127.0.0.1:${port}/sessions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: '{"clientId":"benchmark"}',
  })
  const location = response.headers.get('location')
  if (response.status !== 201 || location === null)
    throw new Error(`no session: ${response.status}`)
  return location
}
