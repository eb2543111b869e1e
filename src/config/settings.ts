import { join } from 'node:path';
import { DEFAULT_SESSION_LIMITS } from '../protocol/limits.ts';
import { choice, integer, list, name, optionalInteger, optionalText, secret, text, url } from './setting.ts';

const DAYS_MAX = 3650;
const MIB = 1024 * 1024;

/**
 * Every setting, by slice. Parsing, `--print-config` and docs/configuration.md all read this table.
 * A new setting is one entry here.
 */
export const SETTINGS = {
  node: {
    name: name('FRAMEGATE_NODE_NAME', {
      description: 'Name of this process in messages, records and metrics; unique among the nodes.',
      default: {
        text: "the machine's host name",
        of: (machine) => machine.hostName.replace(/[^A-Za-z0-9_-]/g, '-').slice(0, 63) || 'node',
      },
    }),
  },
  operations: {
    port: integer('FRAMEGATE_OPERATIONS_PORT', {
      description:
        'Port of health and metrics of a worker or sink that runs alone; 0 takes a free one. An edge has them on its own port.',
      unit: '',
      default: 0,
      min: 0,
      max: 65_535,
    }),
  },
  edge: {
    host: text('FRAMEGATE_HOST', {
      description:
        'Address that the gateway listens on. Anything but a loopback address requires FRAMEGATE_AUTH_SECRET or FRAMEGATE_AUTH_JWKS_URL.',
      default: '127.0.0.1',
    }),
    port: integer('FRAMEGATE_PORT', {
      description: 'Port of the WebSocket, of health and of metrics; 0 takes a free one.',
      unit: '',
      default: 8080,
      min: 0,
      max: 65_535,
    }),
    threads: integer('FRAMEGATE_THREADS', {
      description: 'Inference threads, each with models of its own.',
      unit: 'threads',
      default: { text: "the machine's cores", of: (machine) => Math.min(machine.cores, 64) },
      min: 1,
      max: 64,
    }),
    maxFps: integer('FRAMEGATE_MAX_FPS', {
      description: 'Frames that one session may send.',
      unit: 'frames/s',
      default: DEFAULT_SESSION_LIMITS.maxFps,
      min: 1,
      max: 120,
    }),
    maxFrameBytes: integer('FRAMEGATE_MAX_FRAME_BYTES', {
      description: 'Largest image of a frame.',
      unit: 'bytes',
      default: DEFAULT_SESSION_LIMITS.maxFrameBytes,
      min: 16 * 1024,
      max: 16 * MIB,
    }),
    maxStillBytes: integer('FRAMEGATE_MAX_STILL_BYTES', {
      description:
        "Largest image of a still. Clients are told less where the NATS server's max_payload allows less.",
      unit: 'bytes',
      default: DEFAULT_SESSION_LIMITS.maxStillBytes,
      min: 64 * 1024,
      max: 60 * MIB,
    }),
    maxInFlight: integer('FRAMEGATE_MAX_IN_FLIGHT', {
      description: 'Unanswered frames that one client may have.',
      unit: 'frames',
      default: DEFAULT_SESSION_LIMITS.maxInFlight,
      min: 1,
      max: 16,
    }),
    maxSessions: integer('FRAMEGATE_MAX_SESSIONS', {
      description: 'Sessions that this node takes; more are told to try elsewhere.',
      unit: 'sessions',
      default: 256,
      min: 1,
      max: 100_000,
    }),
    maxConnections: integer('FRAMEGATE_MAX_CONNECTIONS', {
      description: 'Open connections of every kind.',
      unit: 'connections',
      default: 1024,
      min: 1,
      max: 100_000,
    }),
    maxConnectionsPerAddress: integer('FRAMEGATE_MAX_CONNECTIONS_PER_ADDRESS', {
      description: 'WebSockets from one client address.',
      unit: 'connections',
      default: 64,
      min: 1,
      max: 100_000,
    }),
    maxPendingConnections: integer('FRAMEGATE_MAX_PENDING_CONNECTIONS', {
      description:
        'WebSockets that have not had their hello accepted; half of them may come from one address.',
      unit: 'connections',
      default: 64,
      min: 1,
      max: 100_000,
    }),
    maxPlainSockets: integer('FRAMEGATE_MAX_PLAIN_SOCKETS', {
      description:
        'Sockets that are no open WebSockets: handshakes, HTTP, and those that are being closed. Their sum with FRAMEGATE_MAX_CONNECTIONS stays below the process’s limit of open files.',
      unit: 'sockets',
      default: 4096,
      min: 16,
      max: 1_000_000,
    }),
    connectsPerAddressPerMinute: integer('FRAMEGATE_MAX_CONNECTS_PER_ADDRESS', {
      description:
        'New connections and HTTP requests that one client address may make in a minute, a fifth of them at once; more are closed on arrival or answered 429.',
      unit: 'connects/min',
      default: 3000,
      min: 10,
      max: 10_000_000,
    }),
    maxSessionsPerSubject: integer('FRAMEGATE_MAX_SESSIONS_PER_SUBJECT', {
      description: 'Sessions on this node whose tokens name the same subject.',
      unit: 'sessions',
      default: 64,
      min: 1,
      max: 100_000,
    }),
    messagesPerSecond: integer('FRAMEGATE_MAX_MESSAGES_PER_SECOND', {
      description:
        'Messages of one connection, pings and pongs included, over ten seconds; a client that sends more is closed (4429).',
      unit: 'messages/s',
      default: 500,
      min: 10,
      max: 1_000_000,
    }),
    trustedProxies: integer('FRAMEGATE_TRUSTED_PROXIES', {
      description:
        'Proxies in front of this node that append to X-Forwarded-For; 0 takes the address of the socket.',
      unit: 'proxies',
      default: 0,
      min: 0,
      max: 8,
    }),
    allowedOrigins: list('FRAMEGATE_ALLOWED_ORIGINS', {
      description:
        'Origins of pages that may open a WebSocket, besides the node’s own pages; empty allows every origin, or pages of this machine where no token is needed. Clients that send none are not browsers and pass.',
      items: 'origins such as https://app.example.org',
    }),
    idleTimeoutSeconds: integer('FRAMEGATE_IDLE_TIMEOUT_SECONDS', {
      description: 'A connection that is silent for this long, pings unanswered, is closed.',
      unit: 's',
      default: 32,
      min: 8,
      max: 960,
    }),
    maxBackpressureBytes: integer('FRAMEGATE_MAX_BACKPRESSURE_BYTES', {
      description: 'What may wait for a client that does not read before it is closed.',
      unit: 'bytes',
      default: MIB,
      min: 64 * 1024,
      max: 64 * MIB,
    }),
    dwellMs: optionalInteger('FRAMEGATE_DWELL_MS', {
      description:
        'How long the verdict has to hold before a capture is asked for; unset: as the profile says, 800 for faces and cards and 1500 for bodies.',
      unit: 'ms',
      min: 0,
      max: 10_000,
    }),
    drainTimeoutMs: integer('FRAMEGATE_DRAIN_TIMEOUT_MS', {
      description: 'How long work in hand may take to finish after SIGTERM.',
      unit: 'ms',
      default: 10_000,
      min: 0,
      max: 300_000,
    }),
  },
  auth: {
    secret: secret('FRAMEGATE_AUTH_SECRET', {
      description: 'Secret of HS256 tokens; `framegate token` signs with it.',
      minLength: 32,
    }),
    jwksUrl: url('FRAMEGATE_AUTH_JWKS_URL', {
      description: "Public keys of the tokens' issuer (RS256, PS256, ES256 or EdDSA).",
      schemes: ['https', 'http'],
    }),
    audience: text('FRAMEGATE_AUTH_AUDIENCE', {
      description: 'The audience that a token has to name.',
      default: 'framegate',
    }),
    issuer: optionalText('FRAMEGATE_AUTH_ISSUER', {
      description: 'The issuer that a token has to name; unset takes any.',
    }),
    anonymous: choice('FRAMEGATE_AUTH_ANONYMOUS', {
      description:
        'Whether clients without a token are taken, on a loopback address only. `auto`: where neither a secret nor a JWKS URL is set.',
      values: ['auto', 'yes', 'no'],
      default: 'auto',
    }),
  },
  accounts: {
    accessTokenMinutes: integer('FRAMEGATE_ACCESS_TOKEN_MINUTES', {
      description: 'Life of the access token of an account.',
      unit: 'min',
      default: 15,
      min: 1,
      max: 1440,
    }),
    refreshTokenDays: integer('FRAMEGATE_REFRESH_TOKEN_DAYS', {
      description:
        'How long somebody stays signed in without using it; each new access token begins it anew.',
      unit: 'days',
      default: 30,
      min: 1,
      max: 365,
    }),
    signInsPerEmail: integer('FRAMEGATE_SIGN_INS_PER_EMAIL', {
      description:
        'Attempts to sign in, right or wrong, with one e-mail address within FRAMEGATE_SIGN_IN_WINDOW_MINUTES.',
      unit: 'attempts',
      default: 10,
      min: 1,
      max: 10_000,
    }),
    signInsPerAddress: integer('FRAMEGATE_SIGN_INS_PER_ADDRESS', {
      description:
        'Attempts to sign in or to register from one client address (of IPv6: its /64) within FRAMEGATE_SIGN_IN_WINDOW_MINUTES. Behind a proxy all clients are one without FRAMEGATE_TRUSTED_PROXIES.',
      unit: 'attempts',
      default: 100,
      min: 1,
      max: 1_000_000,
    }),
    signInWindowMinutes: integer('FRAMEGATE_SIGN_IN_WINDOW_MINUTES', {
      description: 'The window in which attempts to sign in are counted.',
      unit: 'min',
      default: 15,
      min: 1,
      max: 1440,
    }),
  },
  bus: {
    url: url('FRAMEGATE_NATS_URL', {
      description: 'NATS servers with JetStream. Unset: `framegate up` starts one on this machine.',
      schemes: ['nats', 'tls'],
      many: true,
    }),
    token: secret('FRAMEGATE_NATS_TOKEN', { description: 'NATS token.' }),
    user: optionalText('FRAMEGATE_NATS_USER', { description: 'NATS user.' }),
    password: secret('FRAMEGATE_NATS_PASSWORD', { description: 'NATS password.' }),
    credentialsFile: optionalText('FRAMEGATE_NATS_CREDENTIALS_FILE', {
      description: 'NATS credentials file (.creds).',
    }),
    caFile: optionalText('FRAMEGATE_NATS_CA_FILE', {
      description: 'Certificate of the authority that signed the NATS servers’ certificates.',
    }),
    certificateFile: optionalText('FRAMEGATE_NATS_CERTIFICATE_FILE', {
      description: 'Certificate of this process for NATS.',
    }),
    keyFile: optionalText('FRAMEGATE_NATS_KEY_FILE', {
      description: 'Private key of this process for NATS.',
    }),
    domain: optionalText('FRAMEGATE_NATS_DOMAIN', {
      description:
        'JetStream domain that this process publishes to and consumes from, where it stands beside a leaf node.',
    }),
    resultsDomain: optionalText('FRAMEGATE_NATS_RESULTS_DOMAIN', {
      description: 'JetStream domain that holds the results, where an edge has a domain of its own.',
    }),
    replicas: optionalInteger('FRAMEGATE_NATS_REPLICAS', {
      description:
        'Copies of each stream in a NATS cluster; unset leaves them as they are, 1 for a new stream.',
      unit: 'copies',
      min: 1,
      max: 5,
    }),
  },
  state: {
    url: url('FRAMEGATE_REDIS_URL', {
      description: 'Redis. Unset: `framegate up` starts one on this machine.',
      schemes: ['redis', 'rediss'],
    }),
  },
  store: {
    url: url('FRAMEGATE_CLICKHOUSE_URL', {
      description:
        "ClickHouse's HTTP interface. Unset: `framegate up` starts an embedded ClickHouse on this machine.",
      schemes: ['http', 'https'],
    }),
    user: text('FRAMEGATE_CLICKHOUSE_USER', { description: 'ClickHouse user.', default: 'default' }),
    password: secret('FRAMEGATE_CLICKHOUSE_PASSWORD', { description: 'ClickHouse password.' }),
    database: text('FRAMEGATE_CLICKHOUSE_DATABASE', {
      description: 'ClickHouse database.',
      default: 'framegate',
    }),
    cluster: optionalText('FRAMEGATE_CLICKHOUSE_CLUSTER', {
      description: 'ClickHouse cluster to create replicated tables on; unset for one server.',
    }),
    embeddedPort: integer('FRAMEGATE_CLICKHOUSE_PORT', {
      description: 'Port of the embedded ClickHouse; another free one is taken where it is in use.',
      unit: '',
      default: 8123,
      min: 0,
      max: 65_535,
    }),
    frameTtlDays: integer('FRAMEGATE_FRAME_TTL_DAYS', {
      description: 'Life of the rows about frames; 0 keeps them for ever.',
      unit: 'days',
      default: 30,
      min: 0,
      max: DAYS_MAX,
    }),
    resultTtlDays: integer('FRAMEGATE_RESULT_TTL_DAYS', {
      description:
        'Life of the rows about sessions, captures, results and measurements; 0 keeps them for ever.',
      unit: 'days',
      default: 365,
      min: 0,
      max: DAYS_MAX,
    }),
    eventTtlDays: integer('FRAMEGATE_EVENT_TTL_DAYS', {
      description: 'Life of the audit trail; 0 keeps it for ever.',
      unit: 'days',
      default: 730,
      min: 0,
      max: DAYS_MAX,
    }),
    auditTtlDays: integer('FRAMEGATE_AUDIT_TTL_DAYS', {
      description: 'Life of what accounts did, and of the proofs of erasures; 0 keeps it for ever.',
      unit: 'days',
      default: 730,
      min: 0,
      max: DAYS_MAX,
    }),
    bodyTtlDays: integer('FRAMEGATE_BODY_TTL_DAYS', {
      description:
        'Life of the rows about body captures, their measurements, edits and labels; 0 keeps them until somebody erases them.',
      unit: 'days',
      default: 0,
      min: 0,
      max: DAYS_MAX,
    }),
    batchRows: integer('FRAMEGATE_SINK_BATCH_ROWS', {
      description: 'Rows after which the sink inserts.',
      unit: 'rows',
      default: 10_000,
      min: 1,
      max: 1_000_000,
    }),
    batchBytes: integer('FRAMEGATE_SINK_BATCH_BYTES', {
      description: 'Bytes after which the sink inserts.',
      unit: 'bytes',
      default: 8 * MIB,
      min: 1024,
      max: 256 * MIB,
    }),
    batchMs: integer('FRAMEGATE_SINK_BATCH_MS', {
      description:
        'Longest time that a row waits to be inserted with others; captures and results wait half of it.',
      unit: 'ms',
      default: 1000,
      min: 10,
      max: 60_000,
    }),
  },
  worker: {
    concurrency: integer('FRAMEGATE_WORKER_CONCURRENCY', {
      description: 'Captures that one worker analyses at once.',
      unit: 'captures',
      default: 2,
      min: 1,
      max: 64,
    }),
    threads: integer('FRAMEGATE_WORKER_THREADS', {
      description: 'Inference threads of a worker; `framegate up` shares those of the edge.',
      unit: 'threads',
      default: 1,
      min: 1,
      max: 64,
    }),
    timeoutMs: integer('FRAMEGATE_ANALYSIS_TIMEOUT_MS', {
      description: 'Longest time that one analysis may take.',
      unit: 'ms',
      default: 60_000,
      min: 100,
      max: 600_000,
    }),
  },
  api: {
    port: integer('FRAMEGATE_API_PORT', {
      description: 'Port of the HTTP interface for backends; 0 takes a free one.',
      unit: '',
      default: 8081,
      min: 0,
      max: 65_535,
    }),
    environment: choice('FRAMEGATE_ENVIRONMENT', {
      description:
        '`production`: the internal routes are served only with FRAMEGATE_INTERNAL_SECRET and FRAMEGATE_ALLOWED_CIDRS set.',
      values: ['development', 'production'],
      default: 'development',
    }),
    allowedCidrs: list('FRAMEGATE_ALLOWED_CIDRS', {
      description:
        'Client addresses that the internal routes (`/v1/validate/face`, `/v1/skin/analyze`, `/v1/perfect-corp/analyze`) answer; empty in development: private and loopback networks.',
      items: 'networks such as 10.0.0.0/8',
    }),
    internalSecret: secret('FRAMEGATE_INTERNAL_SECRET', {
      description: 'What X-Internal-Secret has to be on the internal routes.',
      minLength: 16,
    }),
    publicUrl: url('FRAMEGATE_PUBLIC_API_URL', {
      description:
        'Address of the HTTP interface as browsers reach it, for the pages that an edge serves; `up` fills in its own. The pages’ origin has to be in FRAMEGATE_API_ALLOWED_ORIGINS.',
      schemes: ['http', 'https'],
    }),
    allowedOrigins: list('FRAMEGATE_API_ALLOWED_ORIGINS', {
      description: 'Origins of pages that may call the HTTP interface (CORS).',
      items: 'origins such as https://app.example.org',
    }),
    bodyIdleTimeoutMs: integer('FRAMEGATE_BODY_IDLE_TIMEOUT_MS', {
      description: 'A request whose body stands still for this long is ended.',
      unit: 'ms',
      default: 5000,
      min: 100,
      max: 60_000,
    }),
    bodyTimeoutMs: integer('FRAMEGATE_BODY_TIMEOUT_MS', {
      description: 'A request whose body is not there after this time is ended.',
      unit: 'ms',
      default: 30_000,
      min: 100,
      max: 600_000,
    }),
    bodyBudgetBytes: integer('FRAMEGATE_BODY_BUDGET_BYTES', {
      description: 'What the bodies of all requests in progress may hold together.',
      unit: 'bytes',
      default: 256 * MIB,
      min: 16 * MIB,
      max: 16 * 1024 * MIB,
    }),
    maxUploadBytes: integer('FRAMEGATE_MAX_UPLOAD_BYTES', {
      description: 'Largest uploaded image.',
      unit: 'bytes',
      default: 10 * MIB,
      min: 64 * 1024,
      max: 60 * MIB,
    }),
    uploadsPerWindow: integer('FRAMEGATE_UPLOADS_PER_HOUR', {
      description: 'Images that one user may upload within FRAMEGATE_UPLOAD_WINDOW_MINUTES.',
      unit: 'uploads',
      default: 50,
      min: 1,
      max: 1_000_000,
    }),
    uploadWindowMinutes: integer('FRAMEGATE_UPLOAD_WINDOW_MINUTES', {
      description: 'The window in which uploads are counted.',
      unit: 'min',
      default: 60,
      min: 1,
      max: 1440,
    }),
    analyzeTimeoutMs: integer('FRAMEGATE_ANALYZE_TIMEOUT_MS', {
      description: 'How long a request for an analysis waits for its result; the job itself goes on.',
      unit: 'ms',
      default: 60_000,
      min: 1000,
      max: 600_000,
    }),
  },
  jobs: {
    concurrency: integer('FRAMEGATE_JOB_CONCURRENCY', {
      description: 'Jobs of each kind that one worker has in work at once.',
      unit: 'jobs',
      default: 2,
      min: 1,
      max: 64,
    }),
    ttlHours: integer('FRAMEGATE_JOB_TTL_HOURS', {
      description: 'How long a job and its result can be asked for after its last change.',
      unit: 'h',
      default: 168,
      min: 1,
      max: 24 * 365,
    }),
    webhookSecret: secret('FRAMEGATE_WEBHOOK_SECRET', {
      description: 'Secret of the signatures of webhooks (Standard Webhooks): `whsec_` and base64.',
      minLength: 24,
    }),
    webhookAllowedHosts: list('FRAMEGATE_WEBHOOK_ALLOWED_HOSTS', {
      description: 'Hosts that webhooks may go to although they are in a private network or speak http only.',
      items: 'hosts such as hooks.internal or 127.0.0.1:9000',
    }),
  },
  storage: {
    kind: choice('FRAMEGATE_STORAGE', {
      description: 'Where images are kept: a folder that all processes share, or a bucket of S3.',
      values: ['folder', 's3'],
      default: 'folder',
    }),
    folder: text('FRAMEGATE_STORAGE_FOLDER', {
      description: 'Folder of FRAMEGATE_STORAGE=folder.',
      default: {
        text: '`.framegate/storage` in the working folder',
        of: (machine) => join(machine.workingFolder, '.framegate', 'storage'),
      },
    }),
    key: secret('FRAMEGATE_STORAGE_KEY', {
      description:
        'Encrypts every object with AES-256 before it is stored: 32 bytes in base64 or hex. What was stored without it is still read.',
    }),
    s3Bucket: optionalText('FRAMEGATE_S3_BUCKET', { description: 'Bucket of FRAMEGATE_STORAGE=s3.' }),
    s3Region: text('FRAMEGATE_S3_REGION', { description: 'Region of the bucket.', default: 'eu-west-1' }),
    s3Endpoint: url('FRAMEGATE_S3_ENDPOINT', {
      description: 'A server that speaks the protocol of S3 and is not AWS.',
      schemes: ['https', 'http'],
    }),
    s3AccessKeyId: secret('FRAMEGATE_S3_ACCESS_KEY_ID', {
      description: 'Access key; unset takes it from where the AWS SDK finds it.',
    }),
    s3SecretAccessKey: secret('FRAMEGATE_S3_SECRET_ACCESS_KEY', { description: 'Secret of the access key.' }),
    s3Encryption: choice('FRAMEGATE_S3_ENCRYPTION', {
      description: 'Server-side encryption that is asked for with every object.',
      values: ['none', 'AES256', 'aws:kms'],
      default: 'AES256',
    }),
    s3UrlSeconds: integer('FRAMEGATE_S3_URL_SECONDS', {
      description: 'Life of a presigned URL.',
      unit: 's',
      default: 3600,
      min: 10,
      max: 604_800,
    }),
  },
  images: {
    webpQuality: integer('FRAMEGATE_WEBP_QUALITY', {
      description: 'Quality of WebP variants.',
      unit: '',
      default: 85,
      min: 1,
      max: 100,
    }),
    avif: choice('FRAMEGATE_AVIF', {
      description:
        'Whether thumbnail, medium and large are made as AVIF too, for those who say in Accept that they take it.',
      values: ['no', 'yes'],
      default: 'no',
    }),
  },
  captures: {
    rawRetention: choice('FRAMEGATE_RAW_RETENTION', {
      description:
        'What is kept of the pictures of body captures that ask for it (`store_images=true`). `none`: nothing; `24h`: for a day, with the account’s consent store_images; `consent`: for FRAMEGATE_RAW_RETENTION_DAYS, with its consent store_images or training.',
      values: ['none', '24h', 'consent'],
      default: 'none',
    }),
    perHour: integer('FRAMEGATE_CAPTURES_PER_HOUR', {
      description: 'Body captures that one account may begin within an hour, those of batches not counted.',
      unit: 'captures',
      default: 300,
      min: 1,
      max: 10_000,
    }),
    retentionSweepMinutes: integer('FRAMEGATE_RETENTION_SWEEP_MINUTES', {
      description:
        'How often a worker removes kept files whose time is over, and goes on with erasures that broke off.',
      unit: 'min',
      default: 5,
      min: 1,
      max: 1440,
    }),
    rawRetentionDays: integer('FRAMEGATE_RAW_RETENTION_DAYS', {
      description: 'How long FRAMEGATE_RAW_RETENTION=consent keeps pictures.',
      unit: 'days',
      default: 365,
      min: 1,
      max: DAYS_MAX,
    }),
  },
  contours: {
    delayMs: integer('FRAMEGATE_CONTOUR_DELAY_MS', {
      description:
        'Artificial time that each contour job takes more, to try a client against a slow service; jobs with `loadtest_mode` do without it.',
      unit: 'ms',
      default: 0,
      min: 0,
      max: 60_000,
    }),
    cacheHours: integer('FRAMEGATE_CONTOUR_CACHE_HOURS', {
      description:
        'How long the contours of a picture are kept for the same user’s same request; 0 draws every job anew.',
      unit: 'h',
      default: 24,
      min: 0,
      max: 24 * 365,
    }),
    doneStatus: choice('FRAMEGATE_CONTOUR_DONE_STATUS', {
      description:
        'What the status of a finished contour job says. `by-request`: `completed` where the job was submitted with the field `loadtest_mode`, `done` where without it, as the two published forms of this interface do; the query `done_status` goes before it.',
      values: ['by-request', 'completed', 'done'],
      default: 'by-request',
    }),
  },
  skin: {
    provider: choice('FRAMEGATE_SKIN_PROVIDER', {
      description:
        'Who analyses skin where a request does not say. `local`: this installation itself; `mock`: the scores of FRAMEGATE_SKIN_MOCK_SCORE_FILE for every picture, at `/v1/perfect-corp/analyze` too.',
      values: ['local', 'perfect-corp', 'mock'],
      default: 'local',
    }),
    mockScoreFile: optionalText('FRAMEGATE_SKIN_MOCK_SCORE_FILE', {
      description: 'The score_info.json that the provider `mock` answers with.',
    }),
    perfectCorpUrl: url('FRAMEGATE_PERFECT_CORP_URL', {
      description:
        'Perfect Corp’s server, without `/s2s`: there is a provider `perfect-corp` then. Workers need the API key too.',
      schemes: ['https', 'http'],
    }),
    perfectCorpVersion: choice('FRAMEGATE_PERFECT_CORP_VERSION', {
      description: 'Version of Perfect Corp’s interface.',
      values: ['v1', 'v2'],
      default: 'v2',
    }),
    perfectCorpApiKey: secret('FRAMEGATE_PERFECT_CORP_API_KEY', { description: 'API key of Perfect Corp.' }),
    perfectCorpSecret: secret('FRAMEGATE_PERFECT_CORP_SECRET', {
      description: 'Secret of the API key, for v1: an RSA public key, X.509 in base64 or PEM.',
    }),
    perfectCorpRequestTimeoutMs: integer('FRAMEGATE_PERFECT_CORP_REQUEST_TIMEOUT_MS', {
      description: 'How long one request to Perfect Corp may take before it is sent again.',
      unit: 'ms',
      default: 15_000,
      min: 100,
      max: 300_000,
    }),
    perfectCorpTimeoutMs: integer('FRAMEGATE_PERFECT_CORP_TIMEOUT_MS', {
      description:
        'How long Perfect Corp may take from a picture to its scores; later the job is tried again.',
      unit: 'ms',
      default: 120_000,
      min: 1000,
      max: 600_000,
    }),
  },
  pose: {
    liveModel: choice('FRAMEGATE_LIVE_POSE_MODEL', {
      description:
        'Size of the model that finds bodies in live frames and stills: each is slower and more exact.',
      values: ['lite', 'full', 'heavy'],
      default: 'lite',
    }),
    model: choice('FRAMEGATE_POSE_MODEL', {
      description: 'Size of the model that workers measure bodies with.',
      values: ['lite', 'full', 'heavy'],
      default: 'full',
    }),
  },
  folders: {
    models: text('FRAMEGATE_MODELS_FOLDER', {
      description: 'Folder with manifest.json and the models.',
      default: {
        text: '`models` beside package.json',
        of: (machine) => join(machine.packageFolder, 'models'),
      },
    }),
    client: text('FRAMEGATE_CLIENT_FOLDER', {
      description:
        'Folder with the built browser client, served by the edge. The default one is built anew at start when its sources changed, any other is taken as it is.',
      default: {
        text: '`dist/client` beside package.json',
        of: (machine) => join(machine.packageFolder, 'dist', 'client'),
      },
    }),
    data: text('FRAMEGATE_DATA_FOLDER', {
      description: 'What the servers keep that `framegate up` starts.',
      default: {
        text: '`.framegate` in the working folder',
        of: (machine) => join(machine.workingFolder, '.framegate'),
      },
    }),
  },
  log: {
    level: choice('FRAMEGATE_LOG_LEVEL', {
      description: 'The least severe lines that are logged.',
      values: ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'],
      default: 'info',
    }),
    format: choice('FRAMEGATE_LOG_FORMAT', {
      description: '`json`: one object a line; `lines`: for people; `auto`: lines on a terminal, else JSON.',
      values: ['auto', 'json', 'lines'],
      default: 'auto',
    }),
  },
} as const;
