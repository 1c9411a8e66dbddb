/**
 * Begins wires at ports, with one listener for all of them: by dragging from one, or by clicking first one and then
 * another. What happens from there on is React Flow's (`XYHandle`), as if its own handles had been pressed.
 */
import { useStoreApi } from '@xyflow/react'
import { XYHandle } from '@xyflow/system'
import { useMemo, type MouseEvent, type TouchEvent } from 'react'

interface PressedPort {
  readonly element: HTMLElement
  readonly nodeId: string
  readonly id: string
  readonly type: 'source' | 'target'
}

export interface PortHandlers {
  readonly onMouseDown: (event: MouseEvent) => void
  readonly onTouchStart: (event: TouchEvent) => void
  readonly onClick: (event: MouseEvent) => void
}

export function usePorts(): PortHandlers {
  const flow = useStoreApi()
  return useMemo(() => {
    function begin(event: globalThis.MouseEvent | globalThis.TouchEvent): void {
      const port = portUnder(event.target)
      if (port === null) return
      const store = flow.getState()
      XYHandle.onPointerDown(event, {
        handleDomNode: port.element,
        nodeId: port.nodeId,
        handleId: port.id,
        isTarget: port.type === 'target',
        flowId: store.rfId,
        lib: store.lib,
        domNode: store.domNode,
        nodeLookup: store.nodeLookup,
        connectionMode: store.connectionMode,
        connectionRadius: store.connectionRadius,
        autoPanOnConnect: store.autoPanOnConnect,
        autoPanSpeed: store.autoPanSpeed,
        dragThreshold: store.connectionDragThreshold,
        panBy: store.panBy,
        updateConnection: store.updateConnection,
        cancelConnection: store.cancelConnection,
        getTransform: () => flow.getState().transform,
        getFromHandle: () => flow.getState().connection.fromHandle,
        isValidConnection: (connection) => flow.getState().isValidConnection?.(connection) ?? true,
        onConnect: (connection) => flow.getState().onConnect?.(connection),
        onConnectEnd: (...ending) => flow.getState().onConnectEnd?.(...ending),
        ...(store.onConnectStart !== undefined && { onConnectStart: store.onConnectStart }),
      })
    }

    /** The first of two ports that are clicked one after the other. */
    let first: PressedPort | null = null
    return {
      onMouseDown({ nativeEvent }) {
        if (nativeEvent.button === 0) begin(nativeEvent)
      },
      onTouchStart({ nativeEvent }) {
        begin(nativeEvent)
      },
      onClick({ nativeEvent }) {
        const port = portUnder(nativeEvent.target)
        if (port === null) return
        if (first === null) {
          first = port
          return
        }
        const { rfId, lib, nodeLookup, connectionMode, isValidConnection, onConnect } = flow.getState()
        const { isValid, connection } = XYHandle.isValid(nativeEvent, {
          handle: { nodeId: port.nodeId, id: port.id, type: port.type },
          fromNodeId: first.nodeId,
          fromHandleId: first.id,
          fromType: first.type,
          flowId: rfId,
          lib,
          nodeLookup,
          connectionMode,
          doc: document,
          ...(isValidConnection !== undefined && { isValidConnection }),
        })
        first = null
        if (isValid && connection !== null) onConnect?.(connection)
      },
    }
  }, [flow])
}

function portUnder(target: EventTarget | null): PressedPort | null {
  const element = target instanceof Element ? target.closest<HTMLElement>('.port') : null
  const { nodeid, handleid } = element?.dataset ?? {}
  if (element === null || nodeid === undefined || handleid === undefined) return null
  const type = element.classList.contains('source') ? 'source' : 'target'
  return { element, nodeId: nodeid, id: handleid, type }
}
