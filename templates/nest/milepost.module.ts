import {
  type BeforeApplicationShutdown,
  Module,
  type OnApplicationShutdown,
} from "@nestjs/common";
import { closeMilepost, endStreams } from "./service.js";

/** Closes Milepost and its database after the last answer of the app. */
@Module({})
export class MilepostModule
  implements BeforeApplicationShutdown, OnApplicationShutdown
{
  async beforeApplicationShutdown(): Promise<void> {
    // Nest waits for all answers next. Streams would never end.
    await endStreams();
  }

  async onApplicationShutdown(): Promise<void> {
    await closeMilepost();
  }
}
