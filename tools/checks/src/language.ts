import { readFileSync } from 'node:fs'
import { relative, resolve } from 'node:path'

import type { Count, Rule } from './language/rules.ts'
import { countText, rules, wordOpening } from './language/rules.ts'
import { markdownText, sourceText } from './language/source-text.ts'
import { languageFiles } from './language/language-files.ts'
import { report } from './report.ts'
import { root } from './workspace.ts'

/**
 * Counts wording that the language rules do not allow (`npm run check:language`). Arguments limit the
 * check to folders. `--list` prints the location of each violation.
 */
const folders = process.argv.slice(2).filter((argument) => !argument.startsWith('--'))
const isListing = process.argv.includes('--list')

const counts = new Map<string, Map<Rule, Count[]>>()
const totals = { comments: 0, wordOpenings: 0 }

for (const { path, group } of languageFiles(folders)) {
  const content = readFileSync(resolve(root, path), 'utf8')
  const pieces = path.endsWith('.md') ? markdownText(content) : sourceText(path, content)
  for (const piece of pieces) {
    if (piece.kind === 'comment') {
      totals.comments++
      if (wordOpening.test(piece.text)) {
        totals.wordOpenings++
        if (isListing) console.log(`${path}:${piece.line} opening: ${piece.text.slice(0, 80)}`)
      }
    }
    for (const count of countText(piece)) add(group, path, count)
  }
}

function add(group: string, path: string, count: Count): void {
  const byRule = counts.get(group) ?? new Map<Rule, Count[]>()
  counts.set(group, byRule)
  byRule.set(count.rule, [...(byRule.get(count.rule) ?? []), count])
  if (isListing) {
    console.log(
      `${relative(root, resolve(root, path))}:${count.line} ${count.rule.name}: ${count.found}`,
    )
  }
}

const problems: string[] = []
const share = totals.comments === 0 ? 0 : totals.wordOpenings / totals.comments
console.log(
  `comments that open with a W-word: ${totals.wordOpenings} of ${totals.comments} (${(share * 100).toFixed(1)} %)`,
)
if (share > 0.02)
  problems.push(
    `${(share * 100).toFixed(1)} % of the comments open with a W-word; the maximum is 2 %`,
  )

for (const rule of rules) {
  const perGroup = Array.from(counts, ([group, byRule]) => ({
    group,
    number: byRule.get(rule)?.length ?? 0,
  }))
  const total = perGroup.reduce((sum, { number }) => sum + number, 0)
  const most = perGroup
    .filter(({ number }) => number > 0)
    .toSorted((left, right) => right.number - left.number)
    .map(({ group, number }) => `${group} ${number}`)
  console.log(`${rule.name}: ${total}${most.length === 0 ? '' : ` (${most.join(', ')})`}`)
  if (total > rule.maxTotal)
    problems.push(`${rule.name}: ${total}; the maximum is ${rule.maxTotal}. ${rule.remedy}`)
  if (rule.maxTotal === 0) continue
  for (const { group, number } of perGroup) {
    if (number > rule.maxPerPackage) {
      problems.push(
        `${rule.name}: ${number} in ${group}; the maximum is ${rule.maxPerPackage}. ${rule.remedy}`,
      )
    }
  }
}

report('language', problems, `${totals.comments} comments`)
