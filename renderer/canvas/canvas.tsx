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
  useState,
  type DragEvent,
  type MouseEvent,
  type ReactNode,
} from 'react'
import type { Scene } from '../state/scene'
import { nodeDragType } from '../state/view'
import { useEditor, useStores } from '../ui/stores'
import { Card } from './card'
import { cardModels, type CardModel } from './card-model'
import { flowEdges, flowNodes, type CanvasNode, type WireEdge } from './flow-elements'
import { FrameArea } from './frame'
import { cardWidth, placePorts } from './geometry'
import { QuickSearch } from './quick-search'
import type { LooseEnd } from './search'
import { fitOptions, useCamera, useShield, useViewRequests } from './use-camera'
import { useHover } from './use-hover'
import { useMoving } from './use-moving'
import { useWiring, type LooseWire } from './use-wiring'
import { Wire } from './wire'
import { strings } from '../ui/strings'

const words = strings.canvas

const zoomButtons = [
  { kind: 'zoom-in', label: words.zoomIn, icon: <Plus size={15} aria-hidden /> },
  { kind: 'zoom-out', label: words.zoomOut, icon: <Minus size={15} aria-hidden /> },
  { kind: 'fit', label: words.fit, icon: <Maximize size={14} aria-hidden /> },
] as const

const nodeTypes = { card: Card, frame: FrameArea }
const edgeTypes = { wire: Wire }
const noKey = null
const deleteNothing = async () => false
/** Above this many nodes only what is visible is in the page, and the overview gives way. */
const manyNodes = 400

const ariaLabels: Partial<AriaLabelConfig> = {
  // React Flow shows `keyboardDisabled` when the keyboard works, and `default` when it does not.
  'node.a11yDescription.default': words.nodeHelp,
  'node.a11yDescription.keyboardDisabled': words.nodeHelp,
  'node.a11yDescription.ariaLiveMessage': ({ direction, x, y }) => words.moved(direction, x, y),
  'edge.a11yDescription.default': words.wireHelp,
  'minimap.ariaLabel': words.minimap,
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

interface SearchPlace {
  /** Inside the canvas, in pixels. */
  readonly x: number
  readonly y: number
  readonly loose: LooseWire | null
}

function Board({ children }: CanvasProps) {
  const { editor, view, scene } = useStores()
  const root = useRef<HTMLDivElement>(null)
  const hint = useRef<HTMLDivElement>(null)
  const shield = useRef<HTMLDivElement>(null)
  const flow = useReactFlow()
  const [search, setSearch] = useState<SearchPlace | null>(null)
  const moving = useMoving(editor)
  const { nodes, edges, models } = useElements(moving.places, scene)
  const modelsRef = useRef<ReadonlyMap<string, CardModel>>(models)
  useLayoutEffect(() => {
    modelsRef.current = models
  }, [models])

  const toPlace = useCallback((x: number, y: number, loose: LooseWire | null): SearchPlace => {
    const box = root.current?.getBoundingClientRect()
    return { x: x - (box?.left ?? 0), y: y - (box?.top ?? 0), loose }
  }, [])
  const onLoose = useCallback((loose: LooseWire) => setSearch(toPlace(loose.x, loose.y, loose)), [toPlace])
  const wiring = useWiring({ editor, root, hint, models: modelsRef, onLoose })
  useCamera(root, scene)
  useViewRequests(view, editor)
  const shieldMoves = useShield(shield)
  const hover = useHover(scene)
  useFitOnOpen()

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      const { selection } = editor.store.getState()
      const next = changedSet(selection.nodes, changes)
      if (next !== null) editor.actions.select({ nodes: next, wires: selection.wires })
      moving.take(changes)
    },
    [editor, moving],
  )
  const onEdgesChange = useCallback(
    (changes: EdgeChange<WireEdge>[]) => {
      const { selection } = editor.store.getState()
      const next = changedSet(selection.wires, changes)
      if (next !== null) editor.actions.select({ nodes: selection.nodes, wires: next })
    },
    [editor],
  )

  function choose(type: string) {
    if (search === null) return
    const box = root.current?.getBoundingClientRect()
    const point = flow.screenToFlowPosition({ x: search.x + (box?.left ?? 0), y: search.y + (box?.top ?? 0) })
    addAt(type, point, search.loose)
    setSearch(null)
    root.current?.focus()
  }

  function addAt(type: string, point: { readonly x: number; readonly y: number }, loose: LooseWire | null) {
    const definition = editor.catalogue.get(type)
    const places = placePorts(
      Object.keys(definition?.inputs ?? {}).length,
      Object.keys(definition?.outputs ?? {}).length,
    )
    const fixed = loose?.fixed ?? null
    const left = fixed === null ? cardWidth / 2 : fixed.side === 'source' ? 0 : cardWidth
    const top =
      fixed === null
        ? places.height / 2
        : ((fixed.side === 'source' ? places.inputs : places.outputs)[0] ?? 0)
    const at = [Math.round(point.x - left), Math.round(point.y - top)] as const
    const end = fixed === null ? null : { node: fixed.node, port: fixed.port }
    editor.actions.addNode(
      type,
      at,
      end === null ? {} : fixed?.side === 'source' ? { from: end } : { to: end },
    )
  }

  function onDoubleClick(event: MouseEvent) {
    if (event.target instanceof Element && event.target.classList.contains('react-flow__pane')) {
      setSearch(toPlace(event.clientX, event.clientY, null))
    }
  }
  function onDragOver(event: DragEvent) {
    if (!event.dataTransfer.types.includes(nodeDragType)) return
    event.preventDefault()
    event.dataTransfer.dropEffect = 'copy'
  }
  function onDrop(event: DragEvent) {
    const type = event.dataTransfer.getData(nodeDragType)
    if (type === '') return
    event.preventDefault()
    addAt(type, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }), null)
  }

  return (
    <div
      ref={root}
      className="canvas canvas-near"
      tabIndex={-1}
      onDoubleClick={onDoubleClick}
      onDragOver={onDragOver}
      onDrop={onDrop}
      onPointerOver={hover.onPointerOver}
      onPointerLeave={hover.onPointerLeave}
    >
      <ReactFlow
        nodes={nodes}
        edges={edges}
        nodeTypes={nodeTypes}
        edgeTypes={edgeTypes}
        onNodesChange={onNodesChange}
        onEdgesChange={onEdgesChange}
        {...wiring}
        {...shieldMoves}
        edgesReconnectable={false}
        reconnectRadius={14}
        connectionRadius={22}
        onlyRenderVisibleElements={nodes.length > manyNodes}
        minZoom={0.1}
        maxZoom={2.5}
        fitView
        attributionPosition="bottom-center"
        fitViewOptions={fitOptions}
        deleteKeyCode={noKey}
        panActivationKeyCode={noKey}
        onBeforeDelete={deleteNothing}
        zoomOnDoubleClick={false}
        selectionMode={SelectionMode.Partial}
        elevateNodesOnSelect={false}
        ariaLabelConfig={ariaLabels}
        aria-label={words.title}
      >
        <Background variant={BackgroundVariant.Dots} gap={20} size={1.6} />
        {children}
        <Panel position="bottom-right" className="canvas-corner">
          <div className="canvas-zoom">
            {zoomButtons.map(({ kind, label, icon }) => (
              <button
                key={kind}
                type="button"
                className="button button-icon button-quiet"
                aria-label={label}
                title={label}
                onClick={() => view.request({ kind })}
              >
                {icon}
              </button>
            ))}
          </div>
        </Panel>
        {nodes.length > 0 && nodes.length <= manyNodes && (
          <MiniMap<CanvasNode>
            pannable
            zoomable
            position="bottom-right"
            nodeClassName={minimapClass}
            nodeBorderRadius={10}
          />
        )}
      </ReactFlow>
      <div ref={shield} className="canvas-shield" hidden />
      <div ref={hint} className="canvas-hint" role="status" hidden />
      {nodes.length === 0 && <p className="canvas-empty">{words.empty}</p>}
      {search !== null && (
        <QuickSearch
          key={`${search.x},${search.y}`}
          catalogue={editor.catalogue}
          x={clampInside(search.x, root.current?.clientWidth ?? 0, 260)}
          y={clampInside(search.y, root.current?.clientHeight ?? 0, 300)}
          end={looseEnd(search.loose, models)}
          onChoose={choose}
          onClose={() => setSearch(null)}
        />
      )}
    </div>
  )
}

/** Nodes and edges of the document, each kept as it is where nothing about it changed. */
function useElements(places: ReadonlyMap<string, readonly [number, number]> | null, scene: Scene) {
  const { editor } = useStores()
  const document = useEditor((state) => state.document)
  const analysis = useEditor((state) => state.analysis)
  const selection = useEditor((state) => state.selection)
  const [cache] = useState(() => ({
    models: new Map() as ReadonlyMap<string, CardModel>,
    nodes: new Map() as ReadonlyMap<string, CanvasNode>,
    edges: new Map() as ReadonlyMap<string, WireEdge>,
  }))
  const models = useMemo(
    () => (cache.models = cardModels(document, analysis, editor.catalogue, cache.models)),
    [cache, document, analysis, editor],
  )
  const nodes = useMemo(() => {
    const made = flowNodes(document, models, selection, places, cache.nodes)
    cache.nodes = new Map(made.map((node) => [node.id, node]))
    return made
  }, [cache, document, models, selection, places])
  const edges = useMemo(() => {
    const made = flowEdges(document, models, analysis, selection, cache.edges)
    cache.edges = new Map(made.map((edge) => [edge.id, edge]))
    return made
  }, [cache, document, models, analysis, selection])
  useLayoutEffect(() => {
    scene.setCards(
      new Map(
        nodes.flatMap((node) =>
          node.type === 'card'
            ? [
                [
                  node.id,
                  { x: node.position.x, y: node.position.y, width: cardWidth, height: node.height ?? 0 },
                ],
              ]
            : [],
        ),
      ),
    )
  }, [nodes, scene])
  return { nodes, edges, models }
}

/** Another document was opened: show all of it. */
function useFitOnOpen(): void {
  const generation = useEditor((state) => state.generation)
  const flow = useReactFlow()
  useEffect(() => {
    const frame = requestAnimationFrame(() => void flow.fitView(fitOptions))
    return () => cancelAnimationFrame(frame)
  }, [generation, flow])
}

/** The set after React Flow's selection changes, or null where nothing changed. */
function changedSet(
  before: ReadonlySet<string>,
  changes: readonly (NodeChange<CanvasNode> | EdgeChange<WireEdge>)[],
): ReadonlySet<string> | null {
  let next: Set<string> | null = null
  for (const change of changes) {
    if (change.type !== 'select' || before.has(change.id) === change.selected) continue
    next ??= new Set(before)
    if (change.selected) next.add(change.id)
    else next.delete(change.id)
  }
  return next
}

function looseEnd(loose: LooseWire | null, models: ReadonlyMap<string, CardModel>): LooseEnd | null {
  if (loose === null) return null
  const model = models.get(loose.fixed.node)
  const port = (loose.fixed.side === 'source' ? model?.outputs : model?.inputs)?.find(
    (there) => there.name === loose.fixed.port,
  )
  return { side: loose.fixed.side, kinds: [port?.kind ?? 'tensor'] }
}

function clampInside(at: number, size: number, wanted: number): number {
  return Math.max(8, Math.min(at, size - wanted - 8))
}

function minimapClass(node: CanvasNode): string {
  return node.type === 'card' ? `mini mini-${node.data.model.family}` : 'mini-frame'
}
