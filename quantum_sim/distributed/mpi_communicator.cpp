#include "core/error.h"
#include "quantum_sim/distributed/communicator.h"

#if TACIT_HAS_MPI

#include <mpi.h>

#include <algorithm>
#include <limits>
#include <vector>

namespace tacit::quantum_sim {
namespace {

void check(int code, const char* what) {
  if (code == MPI_SUCCESS) return;
  char text[MPI_MAX_ERROR_STRING];
  int length = 0;
  MPI_Error_string(code, text, &length);
  fail(ErrorKind::peer, "{}: {}", what, std::string_view(text, static_cast<std::size_t>(length)));
}

/// MPI is initialised once a process and finalised at its end.
void ensure_initialised() {
  struct Session {
    Session() {
      int ready = 0;
      MPI_Initialized(&ready);
      if (ready) return;
      int provided = 0;
      check(MPI_Init_thread(nullptr, nullptr, MPI_THREAD_FUNNELED, &provided), "MPI cannot start");
      owns = true;
      // Errors come back as codes, to become ours.
      MPI_Comm_set_errhandler(MPI_COMM_WORLD, MPI_ERRORS_RETURN);
    }
    ~Session() {
      int finished = 0;
      MPI_Finalized(&finished);
      if (owns && !finished) MPI_Finalize();
    }
    bool owns = false;
  };
  static const Session session;
}

/// MPI counts in int; an item is a row of a state, so 2^31 of them are more than any state has.
int to_count(std::size_t value) {
  if (value > static_cast<std::size_t>(std::numeric_limits<int>::max()))
    fail(ErrorKind::resource, "{} items in one message are more than MPI can count", value);
  return static_cast<int>(value);
}

class ItemType {
 public:
  explicit ItemType(std::size_t bytes) {
    check(MPI_Type_contiguous(to_count(bytes), MPI_BYTE, &type_), "MPI refuses an item type");
    check(MPI_Type_commit(&type_), "MPI refuses an item type");
  }
  ~ItemType() { MPI_Type_free(&type_); }
  ItemType(const ItemType&) = delete;
  ItemType& operator=(const ItemType&) = delete;
  MPI_Datatype get() const { return type_; }

 private:
  MPI_Datatype type_ = MPI_DATATYPE_NULL;
};

class MpiCommunicator final : public Communicator {
 public:
  MpiCommunicator() {
    int rank = 0, size = 1;
    check(MPI_Comm_rank(MPI_COMM_WORLD, &rank), "MPI tells no rank");
    check(MPI_Comm_size(MPI_COMM_WORLD, &size), "MPI tells no size");
    rank_ = static_cast<std::size_t>(rank);
    size_ = static_cast<std::size_t>(size);
    for (auto* list : {&send_counts_, &send_places_, &receive_counts_, &receive_places_}) list->resize(size_);
  }
  std::size_t rank() const noexcept override { return rank_; }
  std::size_t size() const noexcept override { return size_; }

  void exchange(std::size_t item_bytes, std::span<const std::byte> send, std::span<const std::size_t> send_offsets,
                std::span<std::byte> receive, std::span<const std::size_t> receive_offsets) override {
    const ItemType item(item_bytes);
    fill(send_offsets, send_counts_, send_places_);
    fill(receive_offsets, receive_counts_, receive_places_);
    check(MPI_Alltoallv(send.data(), send_counts_.data(), send_places_.data(), item.get(), receive.data(),
                        receive_counts_.data(), receive_places_.data(), item.get(), MPI_COMM_WORLD),
          "exchanging parts of a state");
  }

  void gather_all(std::span<const double> own, std::span<double> all) override {
    const int count = to_count(own.size());
    check(MPI_Allgather(own.data(), count, MPI_DOUBLE, all.data(), count, MPI_DOUBLE, MPI_COMM_WORLD),
          "gathering sums");
  }

 private:
  static void fill(std::span<const std::size_t> offsets, std::vector<int>& counts, std::vector<int>& places) {
    for (std::size_t rank = 0; rank < counts.size(); ++rank) {
      places[rank] = to_count(offsets[rank]);
      counts[rank] = to_count(offsets[rank + 1] - offsets[rank]);
    }
  }

  std::size_t rank_ = 0, size_ = 1;
  std::vector<int> send_counts_, send_places_, receive_counts_, receive_places_;
};

}  // namespace

std::unique_ptr<Communicator> mpi_world() {
  ensure_initialised();
  return std::make_unique<MpiCommunicator>();
}

bool has_mpi() noexcept {
  return true;
}

}  // namespace tacit::quantum_sim

#else

namespace tacit::quantum_sim {

std::unique_ptr<Communicator> mpi_world() {
  fail(ErrorKind::usage,
       "this build has no MPI: install the Debian/Ubuntu packages 'libopenmpi-dev' and 'openmpi-bin', and build again");
}

bool has_mpi() noexcept {
  return false;
}

}  // namespace tacit::quantum_sim

#endif
