/** Tells whether the harness gives pages what production gives them: isolation, a camera, workers. */
declare global {
  interface Window {
    harness: {
      isolated: boolean;
      /** Width and height of the camera's picture, or the name of the error. */
      camera(): Promise<string>;
    };
  }
}

window.harness = {
  isolated: window.crossOriginIsolated,
  async camera() {
    try {
      const stream = await navigator.mediaDevices.getUserMedia({ video: true });
      const { width, height, frameRate } = stream.getVideoTracks()[0]!.getSettings();
      for (const track of stream.getTracks()) track.stop();
      return `${width}x${height}@${frameRate}`;
    } catch (error) {
      return (error as Error).name;
    }
  },
};

export {};
