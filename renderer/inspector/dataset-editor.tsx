/**
 * Where a data node's samples come from: the kind with its numbers, or a table of the user's own.
 */
import { useState } from 'react'
import type { NodeId } from '../../engine/graph/document'
import { xor } from '../../nodes/io/data'
import { datasetSchema, type Dataset } from '../../nodes/kit/dataset'
import { Fact, NumberField, SelectField } from '../ui/fields'
import { FileButton, readFiles } from '../ui/file-button'
import { formatCount } from '../../engine/diagnose/format'
import { strings } from '../ui/strings'
import { useSession, useStores } from '../ui/stores'
import { tableEndings } from '../state/table-import'
import { isBundled } from '../state/table-survey'

const words = strings.dataset

type Kind = Dataset['kind']

const fresh: { readonly [K in Kind]: Extract<Dataset, { kind: K }> } = {
  table: {
    kind: 'table',
    file: 'bundled:iris.csv',
    features: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'],
    target: 'species',
    task: 'classes',
    classes: ['setosa', 'versicolor', 'virginica'],
    hash: '',
  },
  inline: xor,
  ring: { kind: 'ring', samples: 2048, modes: 8, radius: 2, deviation: 0.05 },
  recall: { kind: 'recall', samples: 2000, length: 20, symbols: 4 },
  reverse: { kind: 'reverse', samples: 4000, length: 8, symbols: 10 },
}

interface DatasetEditorProps {
  readonly node: NodeId
  readonly value: Dataset
  onChange(value: Dataset): void
}

export function DatasetEditor({ node, value, onChange }: DatasetEditorProps) {
  return (
    <>
      <SelectField
        label={words.kind}
        value={value.kind}
        options={Object.entries(words.kinds)}
        onChange={(kind) => onChange(fresh[kind as Kind])}
      />
      {value.kind === 'table' ? (
        <TableEditor node={node} value={value} />
      ) : value.kind === 'inline' ? (
        <InlineEditor value={value} onChange={onChange} />
      ) : (
        <Numbers value={value} onChange={onChange} />
      )}
    </>
  )
}

/** Numbers of the kinds that make their samples. */
const numberNames = { samples: 0, modes: 0, radius: 0, deviation: 0, length: 0, symbols: 0 }
type NumberName = keyof typeof numberNames

function Numbers({ value, onChange }: { readonly value: Dataset; onChange(value: Dataset): void }) {
  const entries = Object.entries(value).filter(
    (entry): entry is [NumberName, number] => entry[0] in numberNames,
  )
  return entries.map(([name, number]) => (
    <NumberField
      key={name}
      label={words[name]}
      value={number}
      integer={name !== 'radius' && name !== 'deviation'}
      min={
        name === 'deviation' ? 0 : name === 'radius' ? 1e-6 : name === 'length' || name === 'symbols' ? 2 : 1
      }
      gesture={strings.labels.setParam(words[name])}
      onChange={(next) => {
        const parsed = datasetSchema.safeParse({ ...value, [name]: next })
        if (parsed.success) onChange(parsed.data)
      }}
    />
  ))
}

type Table = Extract<Dataset, { kind: 'table' }>

function TableEditor({ node, value }: { readonly node: NodeId; readonly value: Table }) {
  const { tableImport } = useStores()
  const files = useSession((state) => state.files)
  const given = files.find((file) => file.node === node && file.name === value.file)
  const bundled = isBundled(value.file)
  return (
    <>
      <dl className="facts inspector-block">
        <Fact label={words.file} title={bundled ? words.ships : words.own}>
          {bundled ? value.file.slice('bundled:'.length) : value.file}
        </Fact>
        <Fact label={words.features} title={value.features.join(', ')}>
          {words.columns(value.features.length)}
        </Fact>
        <Fact label={words.target}>{value.target}</Fact>
        {value.task === 'classes' && (
          <Fact label={words.classes} title={value.classes.join(', ')}>
            {value.classes.length <= 4 ? value.classes.join(', ') : formatCount(value.classes.length)}
          </Fact>
        )}
      </dl>
      <div className="inspector-file">
        {!bundled && given === undefined && <p className="inspector-warning">{words.needed(value.file)}</p>}
        {given !== undefined && (
          <button
            type="button"
            className="button"
            onClick={() => void tableImport.open(given.name, given.bytes, node)}
          >
            {words.columnsAndSplit}
          </button>
        )}
        <FileButton
          label={words.choose}
          accept={tableEndings}
          onFiles={(chosen) =>
            void readFiles(chosen).then(([file]) => file && tableImport.give(file.name, file.bytes, node))
          }
        />
      </div>
    </>
  )
}

type Inline = Extract<Dataset, { kind: 'inline' }>

function InlineEditor({ value, onChange }: { readonly value: Inline; onChange(value: Dataset): void }) {
  const [text, setText] = useState<string | null>(null)
  const shown = text ?? writeSamples(value)
  const bad = text !== null && parseSamples(text) === null
  return (
    <>
      <p className="inspector-text">
        {words.inline(value.x.length, value.x[0]?.length ?? 0, value.y[0]?.length ?? 0)}
      </p>
      <textarea
        className="input inspector-samples"
        aria-label={words.edit}
        aria-invalid={bad}
        rows={7}
        spellCheck={false}
        value={shown}
        onChange={(event) => {
          setText(event.target.value)
          const parsed = parseSamples(event.target.value)
          if (parsed !== null) onChange(parsed)
        }}
        onBlur={() => setText(null)}
      />
      {bad && <p className="row-error">{words.badInline}</p>}
    </>
  )
}

function writeSamples({ x, y }: Inline): string {
  const rows = (list: number[][]) => list.map((row) => `    ${JSON.stringify(row)}`).join(',\n')
  return `{\n  "x": [\n${rows(x)}\n  ],\n  "y": [\n${rows(y)}\n  ]\n}`
}

function parseSamples(text: string): Inline | null {
  try {
    const parsed = datasetSchema.safeParse({ ...(JSON.parse(text) as object), kind: 'inline' })
    return parsed.success && parsed.data.kind === 'inline' ? parsed.data : null
  } catch {
    return null
  }
}
