import type { OutputUnit } from '@cfworker/json-schema'

/** Keywords that only report that a part has errors. */
const wrappers = new Set(
  `$ref $recursiveRef properties patternProperties additionalProperties items prefixItems
   additionalItems allOf if then else unevaluatedProperties unevaluatedItems dependentSchemas`.split(
    /\s+/,
  ),
)

/**
 * Returns the errors that a user can act on. For a union, these are the errors of the intended variant: the
 * only one whose type and discriminators match.
 */
export function bestUnits(units: readonly OutputUnit[]): OutputUnit[] {
  let remaining = units.filter(({ keyword }) => !wrappers.has(keyword))
  const unions = remaining
    .filter(({ keyword }) => keyword === 'anyOf' || keyword === 'oneOf')
    .toSorted((left, right) => left.keywordLocation.length - right.keywordLocation.length)
  for (const union of unions) {
    if (!remaining.includes(union)) continue
    const inner = remaining.filter((unit) => isInside(unit, union))
    const best = meantVariant(union, inner)
    remaining = remaining.filter((unit) =>
      best === undefined
        ? !inner.includes(unit)
        : unit !== union && (!inner.includes(unit) || best.includes(unit)),
    )
  }
  return remaining.filter((unit) => !isOfPropertyName(unit, remaining))
}

function isInside(unit: OutputUnit, union: OutputUnit): boolean {
  const { keywordLocation, instanceLocation } = union
  return (
    unit !== union &&
    unit.keywordLocation.startsWith(`${keywordLocation}/`) &&
    (unit.instanceLocation === instanceLocation ||
      unit.instanceLocation.startsWith(`${instanceLocation}/`))
  )
}

function meantVariant(union: OutputUnit, inner: readonly OutputUnit[]): OutputUnit[] | undefined {
  const variants = Map.groupBy(
    inner,
    ({ keywordLocation }) =>
      keywordLocation.slice(union.keywordLocation.length + 1).split('/', 1)[0],
  )
  const meant = Array.from(variants.values()).filter(
    (errors) => !errors.some((error) => isMismatch(error, union)),
  )
  return meant.length === 1 ? meant[0] : undefined
}

/** Whether an error shows that the value does not belong to this variant. */
function isMismatch({ keyword, instanceLocation }: OutputUnit, union: OutputUnit): boolean {
  const isOwn = instanceLocation === union.instanceLocation
  if (keyword === 'const') {
    const parent = instanceLocation.slice(0, instanceLocation.lastIndexOf('/'))
    return isOwn || parent === union.instanceLocation
  }
  return isOwn && (keyword === 'type' || keyword === 'enum' || keyword === 'required')
}

/** Whether an error is a detail of a `propertyNames` error. */
function isOfPropertyName(unit: OutputUnit, all: readonly OutputUnit[]): boolean {
  return all.some(
    (other) =>
      other.keyword === 'propertyNames' &&
      unit.keywordLocation.startsWith(`${other.keywordLocation}/`),
  )
}
