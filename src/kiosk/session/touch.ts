/** Two hits of the same control closer than this are one finger that bounced, in ms. */
const bounce = 120;

/** Makes a bouncing finger count once. */
export function tameTouch(target: Document): void {
  /** Weak: the screen that it was on may hold what somebody was told. */
  let lastTarget: WeakRef<EventTarget> | undefined;
  let lastTime = -Infinity;
  target.addEventListener(
    'click',
    (event) => {
      // A click made by the keyboard has no pointer detail and cannot bounce.
      const bounced = event.detail > 0 && event.target === lastTarget?.deref() && event.timeStamp - lastTime < bounce;
      lastTarget = event.target === null ? undefined : new WeakRef(event.target);
      lastTime = event.timeStamp;
      if (bounced) {
        event.stopPropagation();
        event.preventDefault();
      }
    },
    { capture: true },
  );
}
