/**
 * Every error code that leaves a framegate process, with what it means for whoever receives it.
 * Codes are part of the contract: they are added, never renamed.
 */
export const ERROR_CODES = {
  // configuration and set-up
  'config-invalid': 'a setting is unknown or has a value outside its range',
  'dependency-missing': 'a program or package that this command needs is not installed',
  'dependency-unavailable': 'a server that this call needs does not answer now',
  'port-in-use': 'another program listens on this address and port',
  'data-folder-in-use': 'another framegate runs on this data folder',
  'model-missing': 'a model file is not there; run `npm run models`',
  'model-hash-mismatch': 'a model file differs from models/manifest.json and is not loaded',
  'model-unsupported': 'a model uses an operator or tensor type that the importer does not know',
  'model-invalid': 'a model file is damaged or not of the format that its name says',
  'client-build-failed': 'the browser client could not be built from its sources',
  // images
  'image-unsupported': 'the bytes are not a JPEG, PNG or WebP image',
  'image-corrupt': 'the image is truncated or damaged',
  'image-too-small': 'the image has too few pixels on one side',
  'image-too-large': 'the image has more pixels than the limit',
  'image-size-mismatch': 'the declared width and height are not those of the image',
  'image-animated': 'the image has more than one frame',
  'payload-too-large': 'the message has more bytes than the limit',
  'decode-timeout': 'decoding took longer than the limit',
  // protocol
  'message-malformed': 'the message is not one MessagePack map of this protocol',
  'message-unknown-type': 'the type of the message is not known',
  'message-invalid': 'a field of the message is missing or has a wrong value',
  'message-unexpected': 'the message is not allowed in this state of the session',
  'text-frame': 'messages are binary; a text frame was received',
  'hello-timeout': 'no hello arrived in time',
  'hello-repeated': 'the session has had its hello',
  'seq-not-increasing': 'seq has to grow with every frame',
  'too-many-in-flight': 'maxInFlight frames are unanswered; the next one waits for a feedback',
  'capture-refused': 'the last frame does not allow a capture; its feedback says what to mend',
  'capture-unknown': 'no capture of this id is waiting for a still',
  'capture-failed': 'the capture could not be handed over; another try may succeed',
  'profile-unknown': 'no profile has this name',
  'thresholds-invalid': 'an override is unknown or looser than the relaxed preset',
  'too-many-errors': 'too many bad messages on one connection',
  'resume-failed': 'the session to resume is unknown, expired or not yours',
  'rate-limited': 'too many requests; wait for retryAfterMs',
  'server-busy': 'this node has as many sessions as it takes',
  'server-draining': 'this node is stopping; resume elsewhere',
  // access
  'token-missing': 'a token is required here',
  'token-invalid': 'the token is malformed, forged or of another issuer or audience',
  'token-expired': 'the token has expired',
  'token-out-of-scope': 'the token does not allow this profile',
  // analysis
  'analysis-failed': 'the analyzer could not measure this capture',
  'analysis-timeout': 'the analysis took longer than the limit',
  'worker-crashed': 'a worker thread ended while it had work',
  // http and storage
  'not-found': 'nothing is at this address',
  'method-not-allowed': 'this address does not take this method',
  'upgrade-required': 'this address takes WebSocket upgrades only',
  'subprotocol-required': 'the WebSocket has to ask for the subprotocol framegate.v1',
  'origin-refused': 'pages of this origin may not open a WebSocket here',
  'query-failed': 'ClickHouse refused the query',
  'store-unavailable': 'ClickHouse does not answer now',
  'bus-unavailable': 'NATS does not answer now',
  'bus-refused': 'NATS refused the credentials or the operation',
  'bus-incompatible': 'a stream or consumer on NATS has a setting that cannot be changed in place',
  'state-unavailable': 'Redis does not answer now',
  // clients: what keeps a camera from being guided
  'context-insecure': 'cameras are given to pages over https or on localhost only',
  'browser-unsupported': 'the browser lacks something that the client cannot do without',
  'camera-denied': 'the person or a policy of the page has refused the camera',
  'camera-missing': 'there is no camera, or none that fits what was asked for',
  'camera-busy': 'another program or page holds the camera',
  'camera-lost': 'the camera was unplugged, or the system has taken it away',
  'camera-too-small': 'the camera gives too few pixels',
  'camera-too-slow': 'the camera gives too few pictures a second',
  'device-offline': 'this device has no network',
  'capture-rejected': 'the still did not pass; its checks say why',
  'detector-unavailable': 'the detector on the device could not be loaded',
  // everything else
  usage: 'the command was called with wrong arguments',
  internal: 'an error of framegate itself; its log has more',
} as const;

export type ErrorCode = keyof typeof ERROR_CODES;
