/** The published contracts, generated from the schemas so that they cannot drift from the code. */
import { z } from 'zod';
import { tableRecordSchema } from './body-captures.ts';
import { CLOSE_CODES } from './close-codes.ts';
import { ERROR_CODES } from './error-codes.ts';
import { HINT_CODES } from './hint-codes.ts';
import { jobRequestSchema } from './jobs.ts';
import { STREAM_PATH, SUBPROTOCOL } from './limits.ts';
import {
  byeSchema,
  capturedSchema,
  captureRequestSchema,
  captureSchema,
  errorSchema,
  feedbackSchema,
  frameSchema,
  helloSchema,
  paceSchema,
  rejectedSchema,
  resultSchema,
  stillSchema,
  welcomeSchema,
} from './messages.ts';
import { captureRecordSchema, eventRecordSchema, frameRecordSchema, resultRecordSchema } from './records.ts';

const CLIENT_MESSAGES = {
  hello: [helloSchema, 'Opens or resumes a session; first, within 5 s.'],
  frame: [frameSchema, 'One camera frame.'],
  still: [stillSchema, 'The full-resolution picture for a capture request.'],
  capture: [captureSchema, 'The person pressed the button.'],
  bye: [byeSchema, 'The client ends the session.'],
} as const;

const SERVER_MESSAGES = {
  welcome: [welcomeSchema, 'The session is open; its limits and models.'],
  feedback: [feedbackSchema, 'The answer to one frame, by its seq.'],
  'capture-request': [captureRequestSchema, 'All is right: send the still.'],
  captured: [capturedSchema, 'JetStream has acknowledged the capture.'],
  rejected: [rejectedSchema, 'The still did not pass; guidance goes on.'],
  result: [resultSchema, 'What one analyzer found in a capture.'],
  pace: [paceSchema, 'Send more or fewer, larger or smaller frames.'],
  error: [errorSchema, 'Something the client sent was refused, or the node cannot go on.'],
} as const;

const RECORDS = {
  'framegate.metrics.frames.{node}': [frameRecordSchema, 'Frame records, one JSON object a line.'],
  'framegate.captures.{profile}.{sessionId}': [
    captureRecordSchema,
    'The image; this record is in the header Framegate-Capture.',
  ],
  'framegate.jobs.{kind}.{jobId}': [
    jobRequestSchema,
    'The bytes to work on, one part after another; this record is in the header Framegate-Job.',
  ],
  'framegate.results.{kind}.{sessionId}': [resultRecordSchema, 'What one analyzer says of one capture.'],
  'framegate.events.{entity}.{event}': [eventRecordSchema, 'The audit trail.'],
  'framegate.records.{table}.{id}': [
    tableRecordSchema,
    'A row of history on its way to ClickHouse; of the table `erasures` whom to forget.',
  ],
} as const;

type JsonObject = Record<string, unknown>;

function jsonSchemaOf(schema: z.ZodType): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, {
    io: 'input',
    unrepresentable: 'any',
    override: ({ zodSchema, jsonSchema }) => {
      // The only custom type of the protocol is `bin`.
      if (zodSchema._zod.def.type === 'custom')
        Object.assign(jsonSchema, { type: 'string', format: 'binary' });
    },
  });
  return rest;
}

/** AsyncAPI 3.0 of the WebSocket protocol and of the NATS subjects. */
export function asyncApiDocument(version: string): JsonObject {
  const messages: JsonObject = {};
  const describe = (name: string, [schema, summary]: readonly [z.ZodType, string], contentType: string) => {
    messages[name] = { name, summary, contentType, payload: jsonSchemaOf(schema) };
    return [name, { $ref: `#/components/messages/${name}` }] as const;
  };
  const group = (entries: Record<string, readonly [z.ZodType, string]>) =>
    Object.fromEntries(
      Object.entries(entries).map(([name, entry]) => describe(name, entry, 'application/msgpack')),
    );
  const fromClient = group(CLIENT_MESSAGES);
  const fromServer = group(SERVER_MESSAGES);
  const subjects = Object.fromEntries(
    Object.entries(RECORDS).map(([address, entry]) => {
      const name = `${address.split('.')[1]}-record`;
      const parameters = [...address.matchAll(/\{(\w+)\}/g)].map((match) => [match[1], {}]);
      const message = Object.fromEntries([describe(name, entry, 'application/json')]);
      return [name, { address, parameters: Object.fromEntries(parameters), messages: message }];
    }),
  );
  const refs = (channel: string, entries: JsonObject) =>
    Object.keys(entries).map((name) => ({ $ref: `#/channels/${channel}/messages/${name}` }));
  return {
    asyncapi: '3.0.0',
    info: { title: 'framegate', version, license: { name: 'Apache-2.0' } },
    servers: {
      edge: { host: 'localhost:8080', protocol: 'ws', description: `WebSocket subprotocol ${SUBPROTOCOL}` },
      bus: { host: 'localhost:4222', protocol: 'nats' },
    },
    channels: {
      stream: {
        address: STREAM_PATH,
        servers: [{ $ref: '#/servers/edge' }],
        messages: { ...fromClient, ...fromServer },
      },
      ...subjects,
    },
    operations: {
      fromClient: {
        action: 'receive',
        channel: { $ref: '#/channels/stream' },
        messages: refs('stream', fromClient),
      },
      toClient: {
        action: 'send',
        channel: { $ref: '#/channels/stream' },
        messages: refs('stream', fromServer),
      },
    },
    components: { messages },
    'x-close-codes': Object.values(CLOSE_CODES),
    'x-error-codes': ERROR_CODES,
    'x-hint-codes': HINT_CODES,
  };
}
