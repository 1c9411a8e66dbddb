/**
 * The canvas: the only place that knows React Flow. Nodes and edges are derived from the document with stable identity;
 * what changes many times a second (camera, wires in the hand, gradients) goes around React.
 */
import {
  Background,
  BackgroundVariant,
  MiniMap,
  Panel,
  ReactFlow,
  ReactFlowProvider,
  SelectionMode,
  useReactFlow,
  type AriaLabelConfig,
  type EdgeChange,
  type NodeChange,
} from '@xyflow/react'
import '@xyflow/react/dist/base.css'
import './canvas.css'
import { Maximize, Minus, Plus } from 'lucide-react'
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  type MouseEvent,
  type ReactNode,
} from 'react'
import { enterBlock } from '../state/editor-types'
import type { Language } from '../ui/language'
import { strings, wordsOf } from '../ui/strings'
import { useEditor, useStores } from '../ui/stores'
import { useLanguage } from '../ui/use-language'
import { Breadcrumb } from './breadcrumb'
import { Card } from './card'
import type { CardModel } from './card-model'
import { FacesContext } from './faces'
import { flowId, frameOf } from './flow-elements'
import { FrameArea } from './frame'
import { Pending } from './pending'
import { QuickList } from './quick-list'
import { useAsking } from './use-asking'
import { fitOptions, leastZoom, useCamera, useFit, useOnlyInView, useViewRequests } from './use-camera'
import { useElements } from './use-elements'
import { dotGap, useHand } from './use-hand'
import { useHover } from './use-hover'
import { useLanding } from './use-landing'
import { useMoving } from './use-moving'
import { usePaletteDrop } from './use-palette-drop'
import { usePorts } from './use-ports'
import { useSeveral } from './use-several'
import type { StillNode, StillWire } from './still'
import { useStroke } from './use-stroke'
import { useWiring } from './use-wiring'
import { Wire } from './wire'

const words = strings.canvas

const zoomButtons = [
  { kind: 'zoom-in', word: 'zoomIn', icon: <Plus size={15} aria-hidden /> },
  { kind: 'zoom-out', word: 'zoomOut', icon: <Minus size={15} aria-hidden /> },
  { kind: 'fit', word: 'fit', icon: <Maximize size={14} aria-hidden /> },
] as const

const nodeTypes = { card: Card, frame: FrameArea }
const edgeTypes = { wire: Wire }
const noKey = null
const deleteNothing = async () => false
/** Above this many nodes only what is in view may be in the page, and the overview gives way. */
const manyNodes = 400

function ariaLabelsOf(language: Language): Partial<AriaLabelConfig> {
  const words = wordsOf(language).canvas
  return {
    // React Flow shows `keyboardDisabled` when the keyboard works, and `default` when it does not.
    'node.a11yDescription.default': words.nodeHelp,
    'node.a11yDescription.keyboardDisabled': words.nodeHelp,
    'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }) => words.moved(direction, x, y),
    'edge.a11yDescription.default': words.wireHelp,
    'minimap.ariaLabel': words.minimap,
  }
}

export interface CanvasProps {
  /** Painted above the nodes: the overlay. */
  readonly children?: ReactNode
}

export function Canvas(props: CanvasProps) {
  return (
    <ReactFlowProvider>
      <Board {...props} />
    </ReactFlowProvider>
  )
}

function Board({ children }: CanvasProps) {
  const { editor, view, scene } = useStores()
  const root = useRef<HTMLDivElement>(null)
  const hint = useRef<HTMLDivElement>(null)
  const shield = useRef<HTMLDivElement>(null)
  const stroke = useRef<SVGPolylineElement>(null)
  const landing = useLanding(editor, scene, root)
  const moving = useMoving(editor, scene, landing.take)
  const { nodes, edges, models, faces, whole } = useElements(moving, scene)
  const modelsRef = useRef<ReadonlyMap<string, CardModel>>(models)
  useLayoutEffect(() => {
    modelsRef.current = models
  }, [models])
  const asking = useAsking(root, modelsRef)

  const wiring = useWiring({
    editor,
    root,
    hint,
    models: modelsRef,
    onLoose: asking.addAfter,
    onMisfit: asking.offerFix,
  })
  useCamera(root, scene)
  useStroke(editor, scene, root, stroke)
  useSeveral(root)
  const ports = usePorts()
  const language = useLanguage()
  const ariaLabels = useMemo(() => ariaLabelsOf(language), [language])
  const hover = useHover(scene)
  const opened = useEditor((state) => `${state.generation} ${state.open.prefix}`)
  const onlyInView = useOnlyInView(nodes.length > manyNodes, opened, scene)
  const { camera, settle } = useHand(root, shield, scene, onlyInView)
  const fit = useFit(settle, whole)
  useFitOnOpen(fit, opened)
  useViewRequests(view, editor, root, fit, asking.byKey, asking.pointer, settle)

  const onNodesChange = useCallback(
    (changes: NodeChange<StillNode>[]) => {
      const { selection } = editor.store.getState()
      const isFrame = ({ id }: { readonly id: string }) => frameOf(id) !== null
      const selects = changes.filter((change) => change.type === 'select')
      const cards = changedSet(
        selection.nodes,
        selects.filter((change) => !isFrame(change)),
      )
      const frames = changedSet(
        selection.frames,
        selects.filter(isFrame).map((change) => ({ ...change, id: frameOf(change.id) ?? '' })),
      )
      if (cards !== null || frames !== null)
        editor.actions.select({ ...selection, ...(cards && { nodes: cards }), ...(frames && { frames }) })
      moving.take(changes)
    },
    [editor, moving],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<StillWire>[]) => {
      const { selection } = editor.store.getState()
      const next = changedSet(
        selection.wires,
        changes.filter((change) => change.type === 'select'),
      )
      if (next !== null) editor.actions.select({ ...selection, wires: next })
    },
    [editor],
  )
  const doubleClick = useDoubleClick(asking.addAt)
  const drop = usePaletteDrop(root, asking)

  const { popup } = asking
  return (
    <div
      ref={root}
      className="canvas canvas-near"
      tabIndex={-1}
      {...drop}
      onMouseDown={ports.onMouseDown}
      onTouchStart={ports.onTouchStart}
      onClick={(event) => {
        ports.onClick(event)
        asking.onClick(event)
      }}
      onDoubleClick={doubleClick.onPane}
      onPointerOver={hover.onPointerOver}
      onPointerLeave={hover.onPointerLeave}
    >
      <FacesContext value={faces}>
        <ReactFlow
          id={flowId}
          nodes={nodes}
          edges={edges}
          nodeTypes={nodeTypes}
          edgeTypes={edgeTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onNodeDragStart={landing.onNodeDragStart}
          onNodeDrag={landing.onNodeDrag}
          onNodeDragStop={landing.onNodeDragStop}
          onNodeDoubleClick={doubleClick.onNode}
          onEdgeDoubleClick={doubleClick.onEdge}
          {...wiring}
          {...camera}
          edgesReconnectable={false}
          reconnectRadius={14}
          connectionRadius={22}
          onlyRenderVisibleElements={onlyInView}
          minZoom={leastZoom}
          maxZoom={2.5}
          fitView
          attributionPosition="bottom-right"
          fitViewOptions={fitOptions}
          deleteKeyCode={noKey}
          panActivationKeyCode={noKey}
          multiSelectionKeyCode={noKey}
          zoomActivationKeyCode={noKey}
          onBeforeDelete={deleteNothing}
          zoomOnDoubleClick={false}
          selectionMode={SelectionMode.Partial}
          elevateNodesOnSelect={false}
          ariaLabelConfig={ariaLabels}
          aria-label={words.title}
        >
          <Background variant={BackgroundVariant.Dots} gap={dotGap} size={1.6} />
          {children}
          {popup !== null && popup.pending !== null && <Pending wire={popup.pending} />}
          <Panel position="bottom-right" className="canvas-corner">
            <div className="canvas-zoom">
              {zoomButtons.map(({ kind, word, icon }) => (
                <button
                  key={kind}
                  type="button"
                  className="button button-icon button-quiet"
                  aria-label={words[word]}
                  title={words[word]}
                  onClick={() => view.request({ kind })}
                >
                  {icon}
                </button>
              ))}
            </div>
          </Panel>
          {nodes.length > 0 && nodes.length <= manyNodes && (
            <MiniMap<StillNode>
              pannable
              zoomable
              position="bottom-right"
              nodeClassName={minimapClass}
              nodeBorderRadius={10}
            />
          )}
        </ReactFlow>
      </FacesContext>
      <Breadcrumb />
      <div ref={shield} className="canvas-shield" hidden />
      <svg className="canvas-stroke" aria-hidden>
        <polyline ref={stroke} points="" />
      </svg>
      <div ref={hint} className="canvas-hint" role="status" hidden />
      {nodes.length === 0 && <p className="canvas-empty">{words.empty}</p>}
      {popup !== null && (
        <QuickList key={popup.key} ask={popup.ask} anchor={popup.anchor} onDone={asking.close} />
      )}
    </div>
  )
}

/** On the empty canvas it searches, on a block it enters, on a wire it bends. */
function useDoubleClick(addAt: (x: number, y: number) => void) {
  const { editor } = useStores()
  const flow = useReactFlow()
  return useMemo(
    () => ({
      onPane(event: MouseEvent) {
        if (event.target instanceof Element && event.target.classList.contains('react-flow__pane'))
          addAt(event.clientX, event.clientY)
      },
      onNode(_event: MouseEvent, node: StillNode) {
        enterBlock(editor, node.id)
      },
      onEdge(event: MouseEvent, edge: StillWire) {
        if (editor.store.getState().open.document.wires[edge.id] === undefined) return
        const at = flow.screenToFlowPosition({ x: event.clientX, y: event.clientY })
        editor.actions.reroute(edge.id, [at.x - 10, at.y - 10])
      },
    }),
    [editor, flow, addAt],
  )
}

/** Another document was opened, or a block entered: show all of it. */
function useFitOnOpen(fit: () => void, opened: string): void {
  useEffect(() => {
    const frame = requestAnimationFrame(() => fit())
    return () => cancelAnimationFrame(frame)
  }, [opened, fit])
}

/** The set after React Flow's selection changes, or null where nothing changed. */
function changedSet(
  before: ReadonlySet<string>,
  changes: readonly { readonly id: string; readonly selected: boolean }[],
): ReadonlySet<string> | null {
  let next: Set<string> | null = null
  for (const change of changes) {
    if (before.has(change.id) === change.selected) continue
    next ??= new Set(before)
    if (change.selected) next.add(change.id)
    else next.delete(change.id)
  }
  return next
}

function minimapClass(node: StillNode): string {
  return node.type === 'card' ? `mini mini-${node.data.family}` : 'mini-frame'
}
