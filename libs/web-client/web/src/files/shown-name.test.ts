import { expect, it } from 'vitest'

import { folderOf, joinPath, lastName, shownName } from './shown-name.ts'

it.each([
  ['plain äöü 名.md', 'plain äöü 名.md'],
  ['<img src=x onerror=alert(1)>', '<img src=x onerror=alert(1)>'],
  ['two\nlines', String.raw`two\u{a}lines`],
  ['a\u{1b}[31mred', String.raw`a\u{1b}[31mred`],
  ['invoice\u{202e}fdp.exe', String.raw`invoice\u{202e}fdp.exe`],
  ['zero\u{200b}width', String.raw`zero\u{200b}width`],
])('shows %j as %j', (name, shown) => {
  expect(shownName(name)).toBe(shown)
})

it.each([
  ['a/b/c.txt', 'a/b', 'c.txt'],
  ['c.txt', '', 'c.txt'],
  ['', '', ''],
])('divides %j into its folder and its name', (path, folder, name) => {
  expect([folderOf(path), lastName(path)]).toEqual([folder, name])
  expect(joinPath(folder, name)).toBe(path)
})
