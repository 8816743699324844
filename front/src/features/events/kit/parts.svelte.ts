// What an event is made of, chosen and sent: its kit, and what is hidden.
import { whyNoKit, whyNotSent, type Choice } from "./choice";
import { Sending } from "./sending.svelte";

export class Parts {
  kit = $state.raw<Choice>();
  data = $state.raw<Choice>();
  kitError = $state("");
  dataError = $state("");
  readonly kitSending = new Sending();
  readonly dataSending = new Sending();

  chooseKit(choice: Choice | undefined): void {
    this.kit = choice;
    this.kitError = choice ? whyNoKit(choice) : "";
  }

  chooseData(choice: Choice | undefined): void {
    this.data = choice;
    this.dataError = choice ? whyNotSent(choice) : "";
  }

  // Else the errors say what is wrong.
  isRight(): boolean {
    this.kitError = this.kit ? whyNoKit(this.kit) : "Choose the kit first.";
    this.dataError = this.data ? whyNotSent(this.data) : "";
    return !this.kitError && !this.dataError;
  }

  // The uploads' ids, as a request names them. Throws as Sending does.
  async send(): Promise<{ kit_upload: string; data_upload?: string }> {
    if (!this.kit) throw new Error("no kit was chosen");
    const kit_upload = await this.kitSending.send(this.kit);
    return this.data ? { kit_upload, data_upload: await this.dataSending.send(this.data) } : { kit_upload };
  }

  // The center has taken them.
  forget(): void {
    this.kitSending.forget();
    this.dataSending.forget();
  }
}
