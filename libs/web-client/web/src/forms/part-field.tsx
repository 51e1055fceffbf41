import { isRecord } from '@mcp/protocol/light'
import type { ReactNode } from 'react'
import { useState } from 'react'

import { Button, IconButton } from '../elements/button.tsx'
import { useFieldState } from './form-context.ts'
import type { FormPart, FormProperty } from './form-part.ts'
import { hintOf, Messages, RequiredMark } from './labelled.tsx'
import { matchVariant, startOf } from './match-variant.ts'
import type { PartProps } from './scalar-fields.tsx'
import { ChoicePart, ConstantPart, JsonPart, NumberPart, TextPart } from './scalar-fields.tsx'

const booleans = [true, false]

/** The field of a part of a form. */
export function PartField(props: PartProps): ReactNode {
  const { part } = props
  switch (part.kind) {
    case 'text':
      return <TextPart {...props} part={part} />
    case 'number':
      return <NumberPart {...props} part={part} />
    case 'boolean':
      return <ChoicePart {...props} values={booleans} />
    case 'choice':
      return <ChoicePart {...props} values={part.values} />
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

/** A group of fields with a title. The group of the whole form has none. */
function Group({
  part,
  name,
  path,
  isRequired,
  children,
}: Omit<PartProps, 'value' | 'onChange'> & { readonly children: ReactNode }) {
  const { id, messages } = useFieldState(path)
  if (path.length === 0) {
    return (
      <div className="space-y-3">
        <Messages id={id} messages={messages} />
        {children}
      </div>
    )
  }
  const hint = hintOf(part)
  return (
    <fieldset
      aria-describedby={hint === '' ? undefined : `${id}-hint`}
      className="min-w-0 space-y-3 border-l-2 border-line pl-3"
    >
      <legend className="text-sm font-medium">
        {part.title ?? name}
        {isRequired && <RequiredMark />}
      </legend>
      {hint !== '' && (
        <p className="text-sm text-muted wrap-anywhere" id={`${id}-hint`}>
          {hint}
        </p>
      )}
      <Messages id={id} messages={messages} />
      {children}
    </fieldset>
  )
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
      onChange={(changed) => onChange(withMember(record, name, changed, path.length > 0))}
      part={inner}
      path={[...path, name]}
      value={record[name]}
    />
  )
  const required = part.properties.filter(({ isRequired }) => isRequired)
  const optional = part.properties.filter(({ isRequired }) => !isRequired)
  const isUnfolded =
    optional.length <= maxUnfolded || optional.some(({ name }) => record[name] !== undefined)
  return (
    <Group {...rest} part={part}>
      {required.map(field)}
      {part.properties.length === 0 && path.length === 0 && (
        <p className="text-muted">This operation has no arguments.</p>
      )}
      {optional.length > 0 && (
        <Fold isOpen={isUnfolded || required.length === 0} label={`Optional (${optional.length})`}>
          {optional.map(field)}
        </Fold>
      )}
    </Group>
  )
}

/** Fields that can be folded. Once open, they stay open until the user closes them. */
function Fold({
  isOpen,
  label,
  children,
}: {
  readonly isOpen: boolean
  readonly label: string
  readonly children: ReactNode
}) {
  const [isChosen, setChosen] = useState<boolean>()
  return (
    <details
      className="space-y-3"
      onToggle={(event) => setChosen(event.currentTarget.open)}
      open={isChosen ?? isOpen}
    >
      <summary className="text-sm font-medium text-muted">{label}</summary>
      {children}
    </details>
  )
}

/** Returns a record with a changed member. An optional record without members becomes undefined. */
function withMember(
  record: Readonly<Record<string, unknown>>,
  name: string,
  value: unknown,
  isNested: boolean,
): unknown {
  const { [name]: _before, ...others } = record
  if (value !== undefined) return { ...record, [name]: value }
  return isNested && Object.keys(others).length === 0 ? undefined : others
}

function UnionPart({ part, value, onChange, ...rest }: PartProps<'union'>) {
  const { id } = useFieldState([...rest.path, '#variant'])
  const [chosen, setChosen] = useState(-1)
  const { variants, shared } = part
  const current = variants[chosen]
  const isChosen =
    current !== undefined && (value === undefined || matchVariant([current], value) === 0)
  const index = isChosen ? chosen : matchVariant(variants, value)
  const variant = variants[index]
  const choose = (next: number) => {
    setChosen(next)
    const chosenPart = variants[next]
    onChange(chosenPart === undefined ? undefined : startOf(withShared(chosenPart, shared), value))
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
          <option value={-1}>{value === undefined ? 'Not set' : 'Other value'}</option>
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
          onChange={onChange}
          part={withoutConstants(variant, shared)}
          value={value}
        />
      )}
    </Group>
  )
}

/** Returns a variant with the properties of all variants. */
function withShared(variant: FormPart, shared: FormPart | undefined): FormPart {
  if (variant.kind !== 'object' || shared?.kind !== 'object') return variant
  return { ...variant, properties: [...shared.properties, ...variant.properties] }
}

/** Returns a variant without what is drawn already: its discriminator and the shared properties. */
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
  const change = (index: number, changed: unknown) =>
    onChange(Array.from({ length }, (_, at) => (at === index ? changed : items[at])))
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
  const entries = Object.entries(isRecord(value) ? value : {})
  const rename = (before: string, after: string) => {
    if (after === before || entries.some(([name]) => name === after)) return
    onChange(
      Object.fromEntries(entries.map(([name, each]) => [name === before ? after : name, each])),
    )
  }
  const change = (name: string, changed: unknown) =>
    onChange(Object.fromEntries(entries.map(([key, each]) => [key, key === name ? changed : each])))
  const remove = (name: string) => {
    const others = entries.filter(([key]) => key !== name)
    onChange(others.length === 0 && !rest.isRequired ? undefined : Object.fromEntries(others))
  }
  return (
    <Group {...rest} part={part}>
      {entries.map(([name, each]) => (
        <Row key={name} label={`Remove ${name}`} onRemove={() => remove(name)}>
          <input
            aria-label={`Name of ${name === '' ? 'the new entry' : name}`}
            className="mb-1 block w-full rounded-md border border-edge bg-surface px-2 py-1 font-mono text-sm"
            defaultValue={name}
            onBlur={(event) => rename(name, event.currentTarget.value)}
            type="text"
          />
          <PartField
            isRequired
            name={name === '' ? 'Value' : name}
            onChange={(changed) => change(name, changed)}
            part={part.value}
            path={[...rest.path, name]}
            value={each}
          />
        </Row>
      ))}
      <Button
        icon="plus"
        onClick={() =>
          onChange({ ...Object.fromEntries(entries), [newName(entries)]: startOf(part.value) })
        }
      >
        Add entry<span className="sr-only"> to {rest.name}</span>
      </Button>
    </Group>
  )
}

function newName(entries: readonly (readonly [string, unknown])[]): string {
  const names = new Set(entries.map(([name]) => name))
  let number = entries.length + 1
  while (names.has(`name${number}`)) number++
  return `name${number}`
}

function Row({
  label,
  onRemove,
  children,
}: {
  readonly label: string
  readonly onRemove: () => void
  readonly children: ReactNode
}) {
  return (
    <div className="flex items-start gap-1">
      <div className="min-w-0 grow">{children}</div>
      <IconButton icon="trash" label={label} onClick={onRemove} />
    </div>
  )
}
