#pragma once

#include <chrono>
#include <future>
#include <string>
#include <vector>

#include "coordinator/coordinator.h"
#include "core/files.h"
#include "core/random.h"
#include "proto/blob.h"
#include "proto/bytes.h"
#include "proto/model_codec.h"
#include "proto/protocol_version.h"

namespace tacit::coordinator::testing_rig {

inline constexpr auto patience = std::chrono::seconds(30);

/// A message, or the error, of one asynchronous call.
template <class T, class Method, class Request>
Result<T> ask(Coordinator& coordinator, Method method, const std::string& client, const Request& request) {
  auto promise = std::make_shared<std::promise<Result<T>>>();
  auto future = promise->get_future();
  (coordinator.*method)(client, request, [promise](Result<T> result) { promise->set_value(std::move(result)); });
  if (future.wait_for(patience) != std::future_status::ready) throw std::runtime_error("a call was never answered");
  return future.get();
}

/// Throws the error if there is one.
template <class T>
T value(Result<T> result) {
  if (const Error* error = std::get_if<Error>(&result)) throw *error;
  return std::get<T>(std::move(result));
}

/// Kind and message of an expected error.
template <class T>
std::string refusal(const Result<T>& result) {
  const Error* error = std::get_if<Error>(&result);
  return error == nullptr ? "no error" : fmt::format("{}: {}", to_string(error->kind()), error->what());
}

inline std::shared_ptr<const ParameterSchema> schema() {
  static const auto result = std::make_shared<const ParameterSchema>(
      std::vector<ParameterSchema::Declaration>{{"dense.weight", {3, 5}}, {"dense.bias", {3}}});
  return result;
}

inline Parameters initial_model() {
  Parameters parameters(schema());
  RandomStream random(RandomKey{11, Purpose::test});
  for (float& element : parameters.values()) element = static_cast<float>(random.normal());
  return parameters;
}

/// A made-up local training: depends on model, client and round, and loses precision in every operation.
inline std::vector<float> update_of(const Parameters& model, const std::string& client, std::uint32_t round) {
  RandomStream random(RandomKey{sha256(client)[0], Purpose::test, round, 1});
  std::vector<float> values(model.size());
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(random.normal()) * 0.1f - 0.3f * model.values()[i];
  return values;
}

inline std::uint64_t examples_of(const std::string& client) {
  return 1 + sha256(client)[1];
}

inline v1::UpdateHeader header_of(std::span<const float> values, const std::string& client, const Digest& base,
                                  std::size_t chunk_bytes = 32) {
  v1::UpdateHeader header;
  header.set_kind(v1::UPDATE_KIND_DELTA);
  header.set_examples(examples_of(client));
  header.set_training_loss(0.25);
  header.set_schema_hash(wire::to_string(schema()->hash()));
  header.set_base_model_hash(wire::to_string(base));
  header.set_encoding(v1::ENCODING_FLOAT32);
  *header.mutable_values() = wire::describe_blob(std::as_bytes(values), chunk_bytes);
  return header;
}

/// One client, call by call.
class Client {
 public:
  Client(Coordinator& coordinator, std::string name) : coordinator_(coordinator), name_(std::move(name)) {}

  Result<v1::JoinResponse> try_join(std::uint32_t version = protocol_version) {
    v1::JoinRequest request;
    request.set_protocol_version(version);
    request.set_software_version("0.1.0");
    request.set_examples(examples_of(name_));
    return ask<v1::JoinResponse>(coordinator_, &Coordinator::join, name_, request);
  }
  v1::JoinResponse join() { return value(try_join()); }

  Result<v1::WorkOrder> try_pull(std::uint32_t patience_ms = 10'000) {
    v1::PullWorkRequest request;
    request.set_run(coordinator_.run_id());
    request.set_patience_ms(patience_ms);
    return ask<v1::WorkOrder>(coordinator_, &Coordinator::pull_work, name_, request);
  }
  v1::WorkOrder pull(std::uint32_t patience_ms = 10'000) { return value(try_pull(patience_ms)); }

  Result<v1::Chunk> try_download(const v1::WorkKey& key, const std::string& digest) {
    v1::DownloadChunkRequest request;
    *request.mutable_key() = key;
    request.set_sha256(digest);
    return ask<v1::Chunk>(coordinator_, &Coordinator::download_chunk, name_, request);
  }
  Parameters download(const v1::WorkOrder::Train& train) {
    wire::BlobAssembler assembler(train.model().values(), std::size_t{1} << 20);
    for (const std::uint32_t position : assembler.missing()) {
      const std::string& digest = train.model().values().chunk_sha256(static_cast<int>(position));
      assembler.put(position, wire::as_bytes(value(try_download(train.key(), digest)).data()));
    }
    return wire::decode_model(train.model(), assembler.take(), schema());
  }

  Result<v1::OfferUpdateResponse> try_offer(const v1::WorkKey& key, const v1::UpdateHeader& header) {
    v1::OfferUpdateRequest request;
    *request.mutable_key() = key;
    *request.mutable_header() = header;
    return ask<v1::OfferUpdateResponse>(coordinator_, &Coordinator::offer_update, name_, request);
  }
  Result<v1::UploadChunkResponse> try_upload(const v1::WorkKey& key, std::uint32_t position, std::string data) {
    v1::UploadChunkRequest request;
    *request.mutable_key() = key;
    request.set_position(position);
    request.set_data(std::move(data));
    return ask<v1::UploadChunkResponse>(coordinator_, &Coordinator::upload_chunk, name_, request);
  }
  Result<v1::Receipt> try_commit(const v1::WorkKey& key, const std::string& blob_sha256) {
    v1::CommitUpdateRequest request;
    *request.mutable_key() = key;
    request.set_blob_sha256(blob_sha256);
    return ask<v1::Receipt>(coordinator_, &Coordinator::commit_update, name_, request);
  }
  bool heartbeat(const v1::WorkKey& key) {
    v1::HeartbeatRequest request;
    *request.mutable_key() = key;
    return value(ask<v1::HeartbeatResponse>(coordinator_, &Coordinator::heartbeat, name_, request)).work_still_counts();
  }

  Result<v1::HeartbeatResponse> try_withhold(const v1::WorkKey& key) {
    v1::HeartbeatRequest request;
    *request.mutable_key() = key;
    request.set_withholds(true);
    return ask<v1::HeartbeatResponse>(coordinator_, &Coordinator::heartbeat, name_, request);
  }

  /// Offers, uploads what is missing, commits.
  Result<v1::Receipt> send(const v1::WorkKey& key, const v1::UpdateHeader& header, std::span<const float> values) {
    const auto offered = value(try_offer(key, header));
    for (const std::uint32_t position : offered.missing_chunks())
      value(
          try_upload(key, position, wire::to_string(wire::chunk_of(std::as_bytes(values), header.values(), position))));
    return try_commit(key, header.values().sha256());
  }
  /// Does what the order says.
  v1::Receipt work(const v1::WorkOrder::Train& train) {
    const Parameters model = download(train);
    const auto values = update_of(model, name_, train.key().round());
    return value(send(train.key(), header_of(values, name_, model.hash()), values));
  }

  const std::string& name() const { return name_; }

 private:
  Coordinator& coordinator_;
  std::string name_;
};

inline models::Evaluated evaluate(const Parameters& model) {
  models::Evaluated evaluated;
  for (const float element : model.values()) evaluated.loss += static_cast<double>(element) * element;
  evaluated.accuracy = 0.5;
  evaluated.examples = 1;
  return evaluated;
}

inline CoordinatorConfig config_for(std::size_t clients, std::uint32_t rounds) {
  CoordinatorConfig config;
  config.rounds = rounds;
  config.minimum_clients = clients;
  config.join_deadline = config.round_deadline = std::chrono::seconds(60);
  config.chunk_bytes = 16;
  return config;
}

inline RunDescription description() {
  RunDescription result;
  result.model_toml = "loss = \"softmax_cross_entropy\"\n";
  result.training_toml = "local_epochs = 1\n";
  result.input_shape = {5};
  result.classes = 3;
  result.configuration_toml = "[coordinator]\n";
  return result;
}

inline std::vector<std::string> names(std::size_t count) {
  std::vector<std::string> result;
  for (std::size_t i = 0; i < count; ++i) result.push_back(fmt::format("site-{}", static_cast<char>('a' + i)));
  return result;
}

/// The final model of `rounds` rounds of federated averaging with every client, computed with nothing of the
/// coordinator but its arithmetic definition: exact sums in long integers of 2^-64, for values of these magnitudes.
Parameters reference_model(const std::vector<std::string>& clients, std::uint32_t rounds);

}  // namespace tacit::coordinator::testing_rig
