/**
 * What ails the training: each finding with its evidence, why it hinders learning, and cures that are ordinary edits.
 * Of the run on show while the graph is the one it trains; otherwise of the graph alone, at every edit.
 */
import { ChevronRight, CircleCheck, Info, TriangleAlert } from 'lucide-react'
import { useMemo, useState } from 'react'
import { diagnoseGraph } from '../../engine/diagnose/diagnose'
import { cureDraft } from '../../engine/diagnose/cure'
import { findingKey, flattened, type Cure, type Finding } from '../../engine/diagnose/finding'
import { sameNetwork } from '../../engine/graph/same-network'
import { nodeName, pathName } from '../ui/node-name'
import { Prose } from '../ui/prose'
import { strings } from '../ui/strings'
import { translate } from '../ui/translate'
import { useEditor, useSession, useStores } from '../ui/stores'
import { Comparison } from './comparison'
import { EvidenceChart } from './evidence-chart'
import './findings.css'

const words = strings.findings

interface Diagnosis {
  readonly findings: readonly Finding[]
  /** What is said where there are none. */
  readonly none: 'none' | 'noneYet' | 'noneSince' | 'empty' | 'afterProblems'
}

function useFindings(): Diagnosis {
  const analysis = useEditor((state) => state.analysis)
  const document = useEditor((state) => state.document)
  const runDocument = useSession((state) => state.runDocument)
  const runId = useSession((state) => state.runId)
  const ofThisRun = useSession((state) => state.findings)
  const begun = useSession(({ status }) => status !== 'starting' && status !== 'failed')
  // Cards that are only moved or named leave what the run showed as true as it was.
  const same = useMemo(
    () => runDocument !== null && sameNetwork(runDocument, document),
    [runDocument, document],
  )
  const ofRun = runId !== null && same && begun
  const ofGraph = useMemo(
    () => (analysis.ok && !ofRun ? diagnoseGraph(analysis.plan, document.training.batchSize) : []),
    [analysis, document.training.batchSize, ofRun],
  )
  return { findings: ofRun ? ofThisRun : ofGraph, none: whenNone() }

  function whenNone(): Diagnosis['none'] {
    if (ofRun) return 'none'
    if (Object.keys(document.nodes).length === 0) return 'empty'
    if (!analysis.ok) return 'afterProblems'
    return runId !== null && begun ? 'noneSince' : 'noneYet'
  }
}

export function Findings() {
  const { findings, none } = useFindings()
  const looked = none === 'none' || none === 'noneYet' || none === 'noneSince'
  const [open, setOpen] = useState<string | null>(null)
  const all = flattened(findings)
  const alarms = all.filter(({ severity }) => severity === 'warn').length
  const shown = open ?? (findings[0] === undefined ? null : findingKey(findings[0]))
  return (
    <section className="findings" aria-labelledby="findings-title">
      <header className="dock-title">
        <h2 id="findings-title">{words.title}</h2>
        <small role="status">{words.count(alarms, all.length - alarms)}</small>
      </header>
      <Comparison />
      {findings.length === 0 ? (
        <p className="findings-none" data-looked={looked}>
          {looked ? <CircleCheck size={15} aria-hidden /> : <Info size={15} aria-hidden />}
          {words[none]}
        </p>
      ) : (
        <ul className="findings-list">
          {all.map((finding) => {
            const key = findingKey(finding)
            return (
              <Card
                key={key}
                finding={finding}
                symptom={!findings.includes(finding)}
                open={key === shown}
                toggle={() => setOpen(key === shown ? '' : key)}
              />
            )
          })}
        </ul>
      )}
    </section>
  )
}

interface CardProps {
  readonly finding: Finding
  readonly symptom: boolean
  readonly open: boolean
  toggle(): void
}

function Card({ finding, symptom, open, toggle }: CardProps) {
  const { editor, view } = useStores()
  const document = useEditor((state) => state.document)
  const { nodes } = document
  const id = finding.path?.split('/')[0]
  const node = id !== undefined && Object.hasOwn(nodes, id) ? nodes[id] : undefined
  const name = node === undefined ? null : nodeName(node, editor.catalogue)
  const nameOf = (path: string) => {
    const there = Object.hasOwn(nodes, path) ? nodes[path] : undefined
    return there === undefined ? pathName(document, path) : nodeName(there, editor.catalogue)
  }
  const Icon = finding.severity === 'warn' ? TriangleAlert : Info
  const panel = `finding-${findingKey(finding).replace(/[^a-z0-9]+/g, '-')}`

  function show(): void {
    toggle()
    if (id === undefined || node === undefined || open) return
    const found = editor.actions.selectPath(finding.path ?? id)
    if (found !== null) view.request({ kind: 'reveal', node: found })
  }

  return (
    <li className="finding" data-severity={finding.severity} data-symptom={symptom}>
      <button
        type="button"
        className="finding-head"
        aria-expanded={open}
        aria-controls={panel}
        onClick={show}
      >
        <Icon size={15} aria-label={words.severities[finding.severity]} />
        <span>
          <b>{translate(finding.title)}</b>{' '}
          <span className="finding-where">
            {name !== null && `${name} · `}
            {words.seen(finding.step)}
          </span>
        </span>
        <ChevronRight size={14} aria-hidden className="finding-turn" />
      </button>
      {open && (
        <div className="finding-body" id={panel}>
          <p>
            <Prose text={translate(finding.evidence)} />
          </p>
          {finding.cures.length > 0 && <Cures finding={finding} />}
          {finding.chart !== null && <EvidenceChart chart={finding.chart} nameOf={nameOf} />}
          <p className="finding-why">
            <Prose text={translate(finding.explanation)} />
          </p>
        </div>
      )}
    </li>
  )
}

function Cures({ finding }: { readonly finding: Finding }) {
  const { editor, session, notices } = useStores()
  const active = useSession((state) => state.status === 'starting')

  function apply(cure: Cure): boolean {
    const before = editor.store.getState().document
    editor.actions.edit(words.cureLabel(cure.label), (draft) => cureDraft(draft, editor.catalogue, cure))
    const changed = editor.store.getState().document !== before
    if (!changed) notices.error(words.nothingLeft(cure.label), 'editing')
    return changed
  }

  return (
    <div className="finding-cures">
      {finding.cures.map((cure, index) => (
        <span key={cure.id} className="finding-cure">
          <button type="button" className="button" title={words.cureHint} onClick={() => apply(cure)}>
            {translate(cure.label)}
          </button>
          {index === 0 && (
            <button
              type="button"
              className="button button-primary"
              title={words.compareHint}
              disabled={active}
              onClick={() => {
                if (apply(cure)) void session.actions.train('fresh', { compare: cure.label })
              }}
            >
              {words.compare}
            </button>
          )}
        </span>
      ))}
    </div>
  )
}
