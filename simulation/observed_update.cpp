#include "simulation/observed_update.h"

#include "core/files.h"
#include "proto/blob.h"
#include "proto/model_codec.h"
#include "proto/recording.h"

namespace tacit::simulation {

attacks::Observation observe_update(const v1::JoinResponse& description, const Parameters& sent,
                                    const client::PreparedUpdate& update, std::uint32_t round,
                                    const std::string& client) {
  const TemporaryFolder folder;
  const std::filesystem::path file = folder.path() / "recording.bin";
  {
    wire::RecordingWriter writer(file);
    writer.add_run_description(description);
    writer.add_model(round, wire::describe_model(sent, wire::default_chunk_bytes), wire::model_bytes(sent));
    v1::WorkKey key;
    key.set_run(description.run());
    key.set_round(round);
    key.set_step(1);
    writer.add_update(round, client, update.header, key, update.bytes);
  }
  return attacks::Observation::read(file, round, client);
}

}  // namespace tacit::simulation
