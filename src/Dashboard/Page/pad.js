// The area to draw in: white ink on black ground, as in the images of the training.
const Ink = 22;

export class Pad {
  #canvas;
  #pen;
  #isDown = false;
  #changed;

  constructor(canvas, changed) {
    this.#canvas = canvas;
    this.#changed = changed;
    this.#pen = canvas.getContext('2d', { willReadFrequently: true });
    this.clear();
    canvas.addEventListener('pointerdown', event => {
      canvas.setPointerCapture(event.pointerId);
      this.#isDown = true;
      this.#pen.beginPath();
      this.#pen.moveTo(...this.#place(event));
      this.#line(event);
    });
    canvas.addEventListener('pointermove', event => {
      if (this.#isDown) {
        event.getCoalescedEvents().forEach(point => this.#line(point));
        this.#line(event);
      }
    });
    for (const type of ['pointerup', 'pointercancel']) {
      canvas.addEventListener(type, () => {
        if (this.#isDown) {
          this.#isDown = false;
          this.#changed();
        }
      });
    }
  }

  clear() {
    this.#pen.fillStyle = '#000';
    this.#pen.fillRect(0, 0, this.#canvas.width, this.#canvas.height);
    Object.assign(this.#pen, { strokeStyle: '#fff', lineWidth: Ink, lineCap: 'round', lineJoin: 'round' });
  }

  /** Shows a picture, with its proportions. */
  async show(file) {
    const picture = await createImageBitmap(file);
    this.clear();
    const { width, height } = this.#canvas;
    const scale = Math.min(width / picture.width, height / picture.height);
    this.#pen.drawImage(picture, (width - picture.width * scale) / 2, (height - picture.height * scale) / 2, picture.width * scale, picture.height * scale);
  }

  picture() {
    return new Promise(resolve => this.#canvas.toBlob(resolve, 'image/png'));
  }

  #line(event) {
    this.#pen.lineTo(...this.#place(event));
    this.#pen.stroke();
  }

  #place(event) {
    const box = this.#canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * this.#canvas.width / box.width, (event.clientY - box.top) * this.#canvas.height / box.height];
  }
}
