/**
 * The examples as pictures, each with its goal and what to expect; many can be broken on purpose and mended again. Shown
 * at the first visit and from the menu.
 */
import { Hammer, Play, Wrench } from 'lucide-react'
import { useEffect, useRef, useState } from 'react'
import type { Document } from '../../engine/graph/document'
import { readDocument } from '../../engine/graph/read'
import { tableEndings } from '../state/table-import'
import { FileButton, readFiles } from '../ui/file-button'
import { LanguageMenu } from '../ui/language-menu'
import { strings } from '../ui/strings'
import { useStores, type Stores } from '../ui/stores'
import { translate } from '../ui/translate'
import { breaks, isBreakable, isRepairable, repairs, type ExampleName } from './breaks'
import { openBroken, openRepaired } from './open-broken'
import './start-page.css'
import { Thumbnail } from './thumbnail'

const words = strings.start
const names = Object.keys(strings.examples) as ExampleName[]

export function StartPage() {
  const stores = useStores()
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    const shown = element.current
    shown?.showModal()
    return () => shown?.close()
  }, [])
  const close = () => stores.files.closeDialog()
  const leaveTo = (work: () => unknown) => {
    close()
    void work()
  }
  return (
    <dialog ref={element} className="start" aria-label={words.title} onClose={close}>
      <header className="start-head">
        <div>
          <h1>{words.title}</h1>
          <p>{words.lead}</p>
        </div>
        <div className="start-own">
          <button type="button" className="button" onClick={() => leaveTo(() => stores.files.newDocument())}>
            {words.empty}
          </button>
          <FileButton
            label={words.own}
            accept={`${tableEndings},.wiregrad`}
            onFiles={(chosen) => leaveTo(async () => stores.files.openOwn(await readFiles(chosen)))}
          />
          <LanguageMenu />
          <button type="button" className="button button-primary" onClick={close}>
            {words.close}
          </button>
        </div>
      </header>
      <ul className="start-cards">
        {names.map((name) => (
          <ExampleCard key={name} name={name} stores={stores} leaveTo={leaveTo} />
        ))}
      </ul>
    </dialog>
  )
}

interface CardProps {
  readonly name: ExampleName
  readonly stores: Stores
  leaveTo(work: () => unknown): void
}

function ExampleCard({ name, stores, leaveTo }: CardProps) {
  const document = useExample(name, stores)
  const title = strings.examples[name]
  const { goal, expected } = toldBy(document?.notes ?? '')
  return (
    <li className="start-card">
      <div className="start-picture">{document !== null && <Thumbnail document={document} />}</div>
      <h2>{title}</h2>
      <p>{goal}</p>
      {expected !== '' && <p className="start-expected">{expected}</p>}
      {isBreakable(name) && <p className="start-break">{words.willBreak(words.breaks[name])}</p>}
      {isRepairable(name) && <p className="start-break">{words.repairs[name]}</p>}
      <div className="start-buttons">
        <button
          type="button"
          className="button button-primary"
          aria-label={words.openThis(title)}
          onClick={() => leaveTo(() => stores.files.openExample(name))}
        >
          <Play size={14} aria-hidden />
          {words.open}
        </button>
        {isBreakable(name) && (
          <button
            type="button"
            className="button"
            aria-label={words.breakThis(title)}
            onClick={() => leaveTo(() => openBroken(stores, name, breaks[name], words.breaks[name]))}
          >
            <Hammer size={14} aria-hidden />
            {words.breakIt}
          </button>
        )}
        {isRepairable(name) && (
          <button
            type="button"
            className="button"
            aria-label={words.repairThis(title)}
            onClick={() => leaveTo(() => openRepaired(stores, name, repairs[name]))}
          >
            <Wrench size={14} aria-hidden />
            {words.repair}
          </button>
        )}
      </div>
    </li>
  )
}

/** The example's graph, once it is here. */
function useExample(name: ExampleName, { files }: Stores): Document | null {
  const [document, setDocument] = useState<Document | null>(null)
  useEffect(() => {
    let here = true
    files.readExample(name).then(
      (text) => {
        const read = readDocument(text)
        if (here && read.ok) setDocument(read.document)
      },
      // Without its file a card has a title and no picture; opening it says what is wrong.
      () => undefined,
    )
    return () => {
      here = false
    }
  }, [files, name])
  return document
}

/** The lines of an example's notes that begin with `Goal:` and `Expected:`. */
function toldBy(notes: string): { readonly goal: string; readonly expected: string } {
  const line = (start: string) =>
    notes
      .split('\n')
      .find((each) => each.startsWith(start))
      ?.slice(start.length)
      .trim() ?? ''
  return { goal: translate(upper(line('Goal:'))), expected: translate(upper(line('Expected:'))) }
}

function upper(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1)
}
