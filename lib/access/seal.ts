import { createHash, randomBytes } from 'node:crypto';
import { EncryptJWT, errors, type JWTPayload, jwtDecrypt } from 'jose';

const SEALED = { alg: 'dir', enc: 'A256GCM' } as const;

/** What a cookie is sealed by (JWE, A256GCM), so that browsers keep what only we can read and make. */
export class Seal {
  readonly #key: Uint8Array;
  readonly #audience: string;

  /**
   * What was sealed for one `purpose` cannot be opened as another. A `secret` of null is made at
   * random. Texts longer than `charsMax` are not even looked at.
   */
  constructor(
    secret: string | null,
    purpose: string,
    private readonly charsMax: number,
  ) {
    const bytes = secret ?? randomBytes(32);
    this.#key = createHash('sha256').update(`${purpose} cookies:`).update(bytes).digest();
    this.#audience = `shield-dashboard:${purpose}`;
  }

  seal(claims: JWTPayload): Promise<string> {
    return new EncryptJWT(claims)
      .setProtectedHeader(SEALED)
      .setAudience(this.#audience)
      .encrypt(this.#key);
  }

  /** The claims; null for what was not sealed here, or was changed. */
  async open(text: string): Promise<unknown> {
    if (text.length > this.charsMax) return null;
    try {
      const { payload } = await jwtDecrypt(text, this.#key, {
        audience: this.#audience,
        keyManagementAlgorithms: [SEALED.alg],
        contentEncryptionAlgorithms: [SEALED.enc],
      });
      return payload;
    } catch (error) {
      if (error instanceof errors.JOSEError) return null;
      throw error;
    }
  }
}
