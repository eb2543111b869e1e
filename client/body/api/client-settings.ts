export interface ClientSettings {
  /** null where the node names no HTTP interface. */
  readonly apiUrl: string | null;
  /** Whether live sessions need no token. */
  readonly anonymous: boolean;
}

/** What the node that served the page says of itself. Rejects where it does not answer. */
export async function fetchClientSettings(server: string): Promise<ClientSettings> {
  const response = await fetch(`${server}/client-settings.json`);
  if (!response.ok) throw new Error(`client-settings.json: HTTP ${response.status}`);
  const { apiUrl, anonymous } = (await response.json()) as Partial<ClientSettings>;
  return {
    apiUrl: typeof apiUrl === 'string' && URL.canParse(apiUrl) ? apiUrl : null,
    anonymous: anonymous !== false,
  };
}
