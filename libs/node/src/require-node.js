/** Exits with a one-line message if the version of Node is too old. */
export function requireNode() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  if (major > 22 || (major === 22 && minor >= 19)) return
  process.stderr.write(
    `Node 22.19 or newer is required, but this is Node ${process.versions.node}. ` +
      'In a clone of the repository, "npm ci" installs a suitable version, and npm scripts use it.\n',
  )
  process.exit(1)
}
