/** The public face of the room, whole. Content scripts import ./client.ts instead. */
export { type Caller, identifyCaller, type Self, type Sender } from './caller.ts';
export { type Call, connectPort, onDoorbell, RpcClient } from './client.ts';
export type { Channel } from './client-channel.ts';
export type {
  Allowed,
  BodyOf,
  CallerKind,
  Carriage,
  Contract,
  EventName,
  FrameKind,
  Method,
  MethodName,
  PushedEvent,
  RequestOf,
  ResponseOf,
} from './client-contract.ts';
export { type RpcCode, rpcFailure } from './client-failure.ts';
export { method, pushedEvent } from './contract.ts';
export { memoryChannel } from './memory.ts';
export { Meter } from './meter.ts';
export { acceptPorts, ringDoorbell, selfIdentity } from './port-server.ts';
export { type CallContext, type Handlers, RpcServer } from './server.ts';
export { flag, integer, listOf, nothing, oneOf, record, type Shape, text } from './shape.ts';
