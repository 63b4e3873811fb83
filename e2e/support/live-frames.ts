import type { Page } from '@playwright/test';

/**
 * Hands on what a page's feeds bring while they are open: frames of WebSockets, and the bytes of
 * server-sent events as text, in pieces that need not end where an event does. Chromium alone tells.
 */
export async function readLiveFrames(page: Page, take: (place: string, text: string) => void) {
  page.on('websocket', (socket) => {
    socket.on('framereceived', ({ payload }) => take(socket.url(), payload.toString()));
  });
  const session = await page.context().newCDPSession(page);
  const feeds = new Map<string, (base64: string) => void>();
  session.on('Network.responseReceived', ({ requestId, response: { url, mimeType } }) => {
    if (mimeType !== 'text/event-stream') return;
    const decoder = new TextDecoder();
    const read = (base64: string) =>
      take(url, decoder.decode(Buffer.from(base64, 'base64'), { stream: true }));
    feeds.set(requestId, read);
    session.send('Network.streamResourceContent', { requestId }).then(
      ({ bufferedData }) => read(bufferedData),
      // It was over before one could ask.
      () => feeds.delete(requestId),
    );
  });
  session.on('Network.dataReceived', ({ requestId, data }) => {
    if (data !== undefined) feeds.get(requestId)?.(data);
  });
  for (const end of ['Network.loadingFinished', 'Network.loadingFailed'] as const) {
    session.on(end, ({ requestId }) => void feeds.delete(requestId));
  }
  await session.send('Network.enable');
}
