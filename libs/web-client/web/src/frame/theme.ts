export type Theme = 'system' | 'light' | 'dark'

const key = 'mcp-theme'

/** Returns the theme that the user has chosen. */
export function readTheme(): Theme {
  try {
    const text = localStorage.getItem(key)
    return text === 'light' || text === 'dark' ? text : 'system'
  } catch {
    // A browser that blocks storage throws.
    return 'system'
  }
}

/** Shows a theme. */
export function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = theme
}

/** Shows a theme and keeps it for this browser. */
export function chooseTheme(theme: Theme): void {
  applyTheme(theme)
  try {
    localStorage.setItem(key, theme)
  } catch {
    // Without storage, the choice holds until the page is reloaded.
  }
}
