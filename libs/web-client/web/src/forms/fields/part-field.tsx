import { isRecord } from '@mcp/protocol/light'
import type { ReactNode } from 'react'
import { useState } from 'react'

import { Button } from '../../elements/button.tsx'
import { memberOf, withItem, withMember, withName } from './change-value.ts'
import { useFieldState } from './form-context.ts'
import type { FormPart, FormProperty } from '../schema/form-part.ts'
import { Fold, Group, Row } from './group.tsx'
import { matchVariant, startOf } from '../schema/match-variant.ts'
import type { PartProps } from './scalar-fields.tsx'
import { ChoicePart, ConstantPart, JsonPart, NumberPart, TextPart } from './scalar-fields.tsx'

const booleans = [true, false]

const wrongType = { kind: 'json', reason: 'Its value has another type.' } as const

/** The field of a part of a form. */
export function PartField(props: PartProps): ReactNode {
  const { part, value } = props
  if ((part.kind === 'text' || part.kind === 'number') && typeof value === 'object') {
    return <JsonPart {...props} part={{ ...part, ...wrongType }} />
  }
  switch (part.kind) {
    case 'text':
      return <TextPart {...props} part={part} />
    case 'number':
      return <NumberPart {...props} part={part} />
    case 'boolean':
      return <ChoicePart {...props} values={booleans} />
    case 'choice':
      return <ChoicePart {...props} labels={part.labels} values={part.values} />
    case 'constant':
      return <ConstantPart {...props} part={part} />
    case 'json':
      return <JsonPart {...props} part={part} />
    case 'union':
      return <UnionPart {...props} part={part} />
    case 'object':
      return <ObjectPart {...props} part={part} />
    case 'record':
      return <RecordPart {...props} part={part} />
    case 'list':
      return <ListPart {...props} part={part} />
    case 'tuple':
      return <TuplePart {...props} part={part} />
  }
}

/** Maximum number of optional fields that are shown unfolded. */
const maxUnfolded = 3

function ObjectPart({ part, value, onChange, ...rest }: PartProps<'object'>) {
  const record = isRecord(value) ? value : {}
  const { path } = rest
  const field = ({ name, isRequired, part: inner }: FormProperty) => (
    <PartField
      isRequired={isRequired}
      key={name}
      name={name}
      onChange={(changed) => {
        if (changed === undefined && memberOf(record, name) === undefined) return
        onChange(withMember(record, name, changed, path.length > 0))
      }}
      part={inner}
      path={[...path, name]}
      value={memberOf(record, name)}
    />
  )
  const required = part.properties.filter(({ isRequired }) => isRequired)
  const optional = part.properties.filter(({ isRequired }) => !isRequired)
  const isUnfolded =
    optional.length <= maxUnfolded ||
    optional.some(({ name }) => memberOf(record, name) !== undefined)
  return (
    <Group {...rest} part={part}>
      {required.map(field)}
      {part.properties.length === 0 && path.length === 0 && (
        <p className="text-muted">There is nothing to enter.</p>
      )}
      {optional.length > 0 && (
        <Fold isOpen={isUnfolded || required.length === 0} label={`Optional (${optional.length})`}>
          {optional.map(field)}
        </Fold>
      )}
      {part.rest !== undefined && (
        <OtherProperties
          part={part}
          path={path}
          record={record}
          rest={part.rest}
          {...{ onChange }}
        />
      )}
    </Group>
  )
}

interface OtherPropertiesProps {
  readonly part: FormPart & { readonly kind: 'object' }
  readonly rest: FormPart
  readonly path: readonly string[]
  readonly record: Readonly<Record<string, unknown>>
  readonly onChange: (value: unknown) => void
}

/** The properties of an object that its schema does not name. */
function OtherProperties({ part, rest, path, record, onChange }: OtherPropertiesProps) {
  const isNamed = (name: string) => part.properties.some((each) => each.name === name)
  const entries = Object.entries(record)
  const others = Object.fromEntries(entries.filter(([name]) => !isNamed(name)))
  const count = Object.keys(others).length
  return (
    <Fold isOpen={count > 0} label={`Other properties (${count})`}>
      <Entries
        name="the other properties"
        onChange={(changed) =>
          onChange({
            ...Object.fromEntries(entries.filter(([name]) => isNamed(name))),
            ...changed,
          })
        }
        part={rest}
        path={path}
        record={others}
      />
    </Fold>
  )
}

function UnionPart({ part, value, onChange, ...rest }: PartProps<'union'>) {
  const { id } = useFieldState([...rest.path, '#variant'])
  const [chosen, setChosen] = useState<{ readonly index: number; readonly value: unknown }>()
  const { variants, shared } = part
  const current = variants[chosen?.index ?? -1]
  // A number that the user has not finished is a text, and must not become the variant for texts.
  const isChosen =
    current !== undefined &&
    (value === undefined || value === chosen?.value || matchVariant([current], value) === 0)
  const index = isChosen ? (chosen?.index ?? -1) : matchVariant(variants, value)
  const variant = variants[index]
  const change = (next: number, changed: unknown) => {
    setChosen({ index: next, value: changed })
    onChange(changed)
  }
  const choose = (next: number) => {
    const chosenPart = variants[next]
    const start = chosenPart && startOf(withShared(chosenPart, shared), value)
    change(next, start)
  }
  return (
    <Group {...rest} part={part}>
      {shared !== undefined && (
        <PartField
          {...rest}
          name=""
          onChange={onChange}
          part={shared}
          path={rest.path}
          value={value}
        />
      )}
      <div>
        <label className="sr-only" htmlFor={id}>
          Variant of {rest.name === '' ? 'the arguments' : rest.name}
        </label>
        <select
          className="rounded-md border border-edge bg-surface px-2 py-1"
          id={id}
          onChange={(event) => choose(Number(event.currentTarget.value))}
          value={index}
        >
          <option value={-1}>{variant || value === undefined ? 'Not set' : 'Other value'}</option>
          {variants.map(({ title }, at) => (
            <option key={`${at}`} value={at}>
              {title}
            </option>
          ))}
        </select>
      </div>
      {variant !== undefined && variant.kind !== 'constant' && (
        <PartField
          {...rest}
          key={index}
          name={variant.title ?? rest.name}
          onChange={(changed) => change(index, changed)}
          part={withoutConstants(variant, shared)}
          value={value}
        />
      )}
      {variant === undefined && value !== undefined && (
        <JsonPart {...rest} onChange={onChange} part={unmatched} value={value} />
      )}
    </Group>
  )
}

const unmatched = { kind: 'json', reason: 'It matches none of the variants.' } as const

/** Returns a variant with the properties of all variants. */
function withShared(variant: FormPart, shared: FormPart | undefined): FormPart {
  if (variant.kind !== 'object' || shared?.kind !== 'object') return variant
  return { ...variant, properties: [...shared.properties, ...variant.properties] }
}

/**
 * Returns a variant without the parts that are already drawn: its discriminator and the shared properties.
 */
function withoutConstants(variant: FormPart, shared: FormPart | undefined): FormPart {
  if (variant.kind !== 'object') return variant
  const names = new Set(shared?.kind === 'object' ? shared.properties.map(({ name }) => name) : [])
  return {
    ...variant,
    properties: variant.properties.filter(
      ({ name, isRequired, part }) => !names.has(name) && !(isRequired && part.kind === 'constant'),
    ),
  }
}

function ListPart({ part, value, onChange, ...rest }: PartProps<'list'>) {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  return (
    <Group {...rest} part={part}>
      {items.map((item, index) => (
        <Row
          key={`${index}`}
          label={`Remove item ${index + 1}`}
          onRemove={() => onChange(items.toSpliced(index, 1))}
        >
          <PartField
            isEntry
            isRequired
            name={`Item ${index + 1}`}
            onChange={(changed) => onChange(items.with(index, changed))}
            part={part.item}
            path={[...rest.path, `${index}`]}
            value={item}
          />
        </Row>
      ))}
      <div className="flex gap-2">
        {items.length < (part.maxItems ?? Infinity) && (
          <Button icon="plus" onClick={() => onChange([...items, startOf(part.item)])}>
            Add item<span className="sr-only"> to {rest.name}</span>
          </Button>
        )}
        {Array.isArray(value) && items.length === 0 && !rest.isRequired && (
          <Button kind="quiet" onClick={() => onChange(undefined)}>
            Send no list
          </Button>
        )}
      </div>
    </Group>
  )
}

function TuplePart({ part, value, onChange, ...rest }: PartProps<'tuple'>) {
  const items: readonly unknown[] = Array.isArray(value) ? value : []
  const length = Math.max(part.items.length, items.length)
  const partAt = (index: number) => part.items[index] ?? part.rest
  const change = (index: number, changed: unknown) => onChange(withItem(items, index, changed))
  return (
    <Group {...rest} part={part}>
      {Array.from({ length }, (_, index) => {
        const inner = partAt(index)
        return inner === undefined ? null : (
          <PartField
            isRequired
            key={`${index}`}
            name={`Item ${index + 1}`}
            onChange={(changed) => change(index, changed)}
            part={inner}
            path={[...rest.path, `${index}`]}
            value={items[index]}
          />
        )
      })}
      {part.rest !== undefined && (
        <Button icon="plus" onClick={() => change(length, startOf(part.rest ?? part))}>
          Add item<span className="sr-only"> to {rest.name}</span>
        </Button>
      )}
    </Group>
  )
}

function RecordPart({ part, value, onChange, ...rest }: PartProps<'record'>) {
  const change = (changed: Readonly<Record<string, unknown>>) =>
    onChange(Object.keys(changed).length === 0 && !rest.isRequired ? undefined : changed)
  return (
    <Group {...rest} part={part}>
      <Entries
        name={rest.name}
        onChange={change}
        part={part.value}
        path={rest.path}
        record={isRecord(value) ? value : {}}
      />
    </Group>
  )
}

interface EntriesProps {
  readonly name: string
  readonly path: readonly string[]
  /** Part for the value of each entry. */
  readonly part: FormPart
  readonly record: Readonly<Record<string, unknown>>
  readonly onChange: (record: Readonly<Record<string, unknown>>) => void
}

/** The entries of a record, with fields for their names. */
function Entries({ name: recordName, path, part, record, onChange }: EntriesProps) {
  const names = Object.keys(record)
  return (
    <>
      {names.map((name) => (
        <Row
          key={name}
          label={`Remove ${name}`}
          onRemove={() => onChange(withMember(record, name, undefined, false) ?? {})}
        >
          <input
            aria-label={`Name of ${name === '' ? 'the new entry' : name}`}
            className="mb-1 block w-full rounded-md border border-edge bg-surface px-2 py-1 font-mono text-sm"
            defaultValue={name}
            onBlur={({ currentTarget }) => {
              const renamed = withName(record, name, currentTarget.value)
              if (renamed === undefined) currentTarget.value = name
              else onChange(renamed)
            }}
            type="text"
          />
          <PartField
            isEntry
            isRequired
            name={name === '' ? 'Value' : name}
            onChange={(changed) =>
              onChange(
                Object.fromEntries(names.map((key) => [key, key === name ? changed : record[key]])),
              )
            }
            part={part}
            path={[...path, name]}
            value={record[name]}
          />
        </Row>
      ))}
      <Button icon="plus" onClick={() => onChange({ ...record, [newName(names)]: startOf(part) })}>
        Add entry<span className="sr-only"> to {recordName}</span>
      </Button>
    </>
  )
}

/** Returns a name for a new entry. */
function newName(names: readonly string[]): string {
  let number = names.length + 1
  while (names.includes(`name${number}`)) number++
  return `name${number}`
}
