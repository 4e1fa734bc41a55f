export interface EndpointOptions {
  /** What is meant when no URL is given; also gives the port of a bare host. */
  readonly defaultUrl: string;
  /** True if credentials are sent to this endpoint. */
  readonly sendsCredentials: boolean;
  /** Allows credentials over plaintext to a host other than this machine. */
  readonly allowPlaintext?: boolean | undefined;
}

/**
 * The base URL that a caller means: a URL, or `host:port` or `host` of a plaintext server.
 *
 * @throws TypeError if it is no http or https URL, holds credentials, a query or a fragment, or if credentials would
 * travel in plaintext to anywhere but this machine.
 */
export function endpoint(target: string | undefined, options: EndpointOptions): string {
  const { defaultUrl, sendsCredentials, allowPlaintext = false } = options;
  const url = parse(target ?? defaultUrl, defaultUrl);
  if (sendsCredentials && !allowPlaintext && url.protocol === "http:" && !isLoopback(url.hostname)) {
    throw new TypeError(
      `Cannot connect to ${url.host}: credentials would travel in plaintext; use https, or allowPlaintext: true`,
    );
  }
  return url.href.replace(/\/+$/, "");
}

function parse(target: string, defaultUrl: string): URL {
  const hasScheme = /^[a-z][a-z0-9+.-]*:\/\//i.test(target);
  let url: URL;
  try {
    url = new URL(hasScheme ? target : `http://${target}`);
  } catch {
    throw new TypeError(`Cannot connect: the URL cannot be parsed, a usual one is ${defaultUrl}`);
  }
  if (url.protocol !== "http:" && url.protocol !== "https:") {
    throw new TypeError(`Cannot connect to ${url.host}: the URL's scheme must be http or https, got ${url.protocol}`);
  }
  if (url.username || url.password) {
    throw new TypeError(`Cannot connect to ${url.host}: credentials go into the options, not into the URL`);
  }
  if (url.search || url.hash) throw new TypeError(`Cannot connect to ${url.host}: the URL has a query or a fragment`);
  if (!hasScheme && url.port === "" && !/:80$/.test(target)) url.port = new URL(defaultUrl).port;
  return url;
}

function isLoopback(hostname: string): boolean {
  return /^(localhost|.+\.localhost|127(\.\d+){3}|\[::1\])$/.test(hostname);
}
