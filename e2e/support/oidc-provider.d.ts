/** What the tests use of `oidc-provider`, which brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Grant {
    addOIDCScope(scope: string): void;
    save(): Promise<string>;
  }

  interface Context {
    oidc: {
      client: { clientId: string };
      session: { accountId: string };
      params: Record<string, string | undefined>;
    };
  }

  interface Account {
    accountId: string;
    claims(): Promise<Record<string, unknown>>;
  }

  interface Configuration {
    findAccount(context: Context, id: string): Promise<Account | undefined>;
    loadExistingGrant(context: Context): Promise<Grant>;
    issueRefreshToken(): Promise<boolean>;
    rotateRefreshToken(): boolean;
    features: {
      rpInitiatedLogout: { logoutSource(context: { body: unknown }, form: string): void };
      [feature: string]: unknown;
    };
    interactions: { url(context: Context, interaction: { uid: string }): string };
    [setting: string]: unknown;
  }

  class Provider {
    constructor(issuer: string, configuration: Configuration);
    on(event: 'grant.success', heard: (context: { body: Record<string, unknown> }) => void): void;
    callback(): (request: IncomingMessage, response: ServerResponse) => void;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: Record<string, unknown>,
    ): Promise<void>;
    Grant: new (of: {
      accountId: string;
      clientId: string;
    }) => Grant;
  }

  // biome-ignore lint/style/noDefaultExport: that is how the package has it
  export { Provider as default };
}
