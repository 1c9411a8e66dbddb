/**
 * Where a data node's samples come from: what ships, the kind with its numbers, or a table of the user's own.
 */
import { useState } from 'react'
import type { NodeId, Path } from '../../engine/graph/document'
import { xor } from '../../nodes/io/data'
import { datasetSchema, type Dataset } from '../../nodes/kit/dataset'
import { Fact, NumberField, SelectField } from '../ui/fields'
import { FileButton, readFiles } from '../ui/file-button'
import { formatCount } from '../../engine/diagnose/format'
import { strings } from '../ui/strings'
import { useEditor, useSession, useStores } from '../ui/stores'
import { tableEndings } from '../state/table-import'
import { isBundled } from '../state/table-survey'

const words = strings.dataset

/** What ships with Wiregrad, and the kinds that are written or made up. A table of one's own is chosen by its file. */
type Source = 'digits' | 'iris' | Exclude<Dataset['kind'], 'table'>

/** Settings of the node that go with a source; those of the source before would seldom fit. */
interface Settings {
  readonly dataset: Dataset
  readonly shape?: readonly number[]
  readonly scale?: 'standardise' | 'divide'
  readonly divideBy?: number
}

const digits: Dataset = {
  kind: 'table',
  file: 'bundled:digits-8x8.csv',
  features: Array.from({ length: 64 }, (_, at) => `p${Math.floor(at / 8)}${at % 8}`),
  target: 'digit',
  task: 'classes',
  classes: Array.from({ length: 10 }, (_, digit) => String(digit)),
  hash: '',
}
const iris: Dataset = {
  kind: 'table',
  file: 'bundled:iris.csv',
  features: ['sepal_length', 'sepal_width', 'petal_length', 'petal_width'],
  target: 'species',
  task: 'classes',
  classes: ['setosa', 'versicolor', 'virginica'],
  hash: '',
}

const fresh: { readonly [S in Source]: Settings } = {
  digits: { dataset: digits, shape: [8, 8, 1], scale: 'divide', divideBy: 16 },
  iris: { dataset: iris, scale: 'standardise' },
  inline: { dataset: xor },
  ring: { dataset: { kind: 'ring', samples: 2048, modes: 8, radius: 2, deviation: 0.05 } },
  recall: { dataset: { kind: 'recall', samples: 2000, length: 20, symbols: 4 } },
  reverse: { dataset: { kind: 'reverse', samples: 4000, length: 8, symbols: 10 } },
}

function sourceOf(value: Dataset): keyof typeof words.kinds {
  if (value.kind !== 'table' || !isBundled(value.file)) return value.kind
  return value.file === 'bundled:iris.csv' ? 'iris' : 'digits'
}

interface DatasetEditorProps {
  readonly node: NodeId
  readonly value: Dataset
  onChange(value: Dataset): void
}

export function DatasetEditor({ node, value, onChange }: DatasetEditorProps) {
  const { editor, tableImport } = useStores()
  // Inside a block that was entered, files are given by the whole path.
  const path = useEditor((state) => state.open.prefix) + node
  const source = sourceOf(value)

  function take({ dataset, ...settings }: Settings): void {
    const held = dataset.kind === 'table' ? { validation: 0.2, test: 0.2 } : { validation: 0, test: 0 }
    const all = { dataset, shape: [], scale: 'none', scaleTarget: 'none', ...held, ...settings }
    const { actions } = editor
    actions.beginGesture(strings.labels.setParam(words.kind))
    for (const [name, next] of Object.entries(all)) actions.setParam(node, name, next)
    actions.commitGesture()
  }

  return (
    <>
      <SelectField
        label={words.kind}
        value={source}
        options={Object.entries(words.kinds).filter(([key]) => key !== 'table' || source === 'table')}
        onChange={(chosen) => chosen !== 'table' && take(fresh[chosen as Source])}
      />
      {value.kind === 'table' ? (
        <TableFacts value={value} />
      ) : value.kind === 'inline' ? (
        <InlineEditor value={value} onChange={onChange} />
      ) : (
        <Numbers value={value} onChange={onChange} />
      )}
      <div className="inspector-file">
        {value.kind === 'table' && <TableFile path={path} value={value} />}
        <FileButton
          label={words.choose}
          accept={tableEndings}
          onFiles={(chosen) =>
            void readFiles(chosen).then(([file]) => file && tableImport.give(file.name, file.bytes, path))
          }
        />
      </div>
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

interface TableProps {
  readonly value: Extract<Dataset, { kind: 'table' }>
}

function TableFacts({ value }: TableProps) {
  const bundled = isBundled(value.file)
  return (
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
  )
}

/** Whether the file is here, and what was chosen of it. */
function TableFile({ path, value }: TableProps & { readonly path: Path }) {
  const { tableImport } = useStores()
  const files = useSession((state) => state.files)
  const given = files.find((file) => file.node === path && file.name === value.file)
  if (given === undefined)
    return isBundled(value.file) ? null : <p className="inspector-warning">{words.needed(value.file)}</p>
  return (
    <button
      type="button"
      className="button"
      onClick={() => void tableImport.open(given.name, given.bytes, { node: path })}
    >
      {words.columnsAndSplit}
    </button>
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
