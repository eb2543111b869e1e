import type { Picture } from '../picture.ts';

/** A picture that several work with at once. It is closed, once, when the last of them has let it go. */
export interface SharedPicture<P extends Picture = Picture> {
  readonly picture: P;
  /** One more who needs it; gives how to let it go. */
  hold(): () => void;
}

export function sharePicture<P extends Picture>(picture: P): SharedPicture<P> {
  let holders = 0;
  return {
    picture,
    hold() {
      holders++;
      let isHeld = true;
      return () => {
        if (!isHeld) return;
        isHeld = false;
        if (--holders === 0) picture.close();
      };
    },
  };
}
