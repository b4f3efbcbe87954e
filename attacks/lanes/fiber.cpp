#include "attacks/lanes/fiber.h"

#include <sys/mman.h>
#include <ucontext.h>
#include <unistd.h>

#include <cstddef>
#include <cstdint>
#include <exception>
#include <utility>

#include "core/error.h"

#if defined(__SANITIZE_ADDRESS__)
#include <sanitizer/common_interface_defs.h>
#endif
#if defined(__SANITIZE_THREAD__)
#include <sanitizer/tsan_interface.h>
#endif

namespace tacit::attacks {
namespace {

/// Reserved for a stack; memory is taken for what is touched of it.
constexpr std::size_t stack_bytes = std::size_t{1} << 20;

/// What unwinds a body whose fiber goes.
struct Unwound {};

/// Memory with a page below it that must not be touched, so that a stack that grows too far ends the program there.
class Stack {
 public:
  Stack() : guard_(static_cast<std::size_t>(sysconf(_SC_PAGESIZE))) {
    base_ = mmap(nullptr, guard_ + stack_bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_STACK, -1, 0);
    if (base_ == MAP_FAILED) fail(ErrorKind::resource, "no memory for a stack of {} bytes", stack_bytes);
    mprotect(base_, guard_, PROT_NONE);
  }
  ~Stack() { munmap(base_, guard_ + stack_bytes); }
  Stack(const Stack&) = delete;
  Stack& operator=(const Stack&) = delete;
  void* bottom() const noexcept { return static_cast<std::byte*>(base_) + guard_; }

 private:
  std::size_t guard_;
  void* base_;
};

/// Tells sanitizers, where there are some, that the stack changes; they cannot see it.
class SanitizerView {
 public:
#if defined(__SANITIZE_THREAD__)
  SanitizerView() : inside_(__tsan_create_fiber(0)), outside_(nullptr) {}
  ~SanitizerView() {
    __tsan_destroy_fiber(inside_);
  }
#else
  SanitizerView() = default;
#endif
  SanitizerView(const SanitizerView&) = delete;
  SanitizerView& operator=(const SanitizerView&) = delete;

  void before_entering([[maybe_unused]] const Stack& stack) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(&outer_fake_, stack.bottom(), stack_bytes);
#endif
#if defined(__SANITIZE_THREAD__)
    outside_ = __tsan_get_current_fiber();
    __tsan_switch_to_fiber(inside_, 0);
#endif
  }
  void back_outside() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(outer_fake_, nullptr, nullptr);
#endif
  }
  void inside_again() {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_finish_switch_fiber(inner_fake_, &outer_bottom_, &outer_size_);
#endif
  }
  void before_leaving([[maybe_unused]] bool for_good) {
#if defined(__SANITIZE_ADDRESS__)
    __sanitizer_start_switch_fiber(for_good ? nullptr : &inner_fake_, outer_bottom_, outer_size_);
#endif
#if defined(__SANITIZE_THREAD__)
    __tsan_switch_to_fiber(outside_, 0);
#endif
  }

 private:
#if defined(__SANITIZE_ADDRESS__)
  void *outer_fake_ = nullptr, *inner_fake_ = nullptr;
  const void* outer_bottom_ = nullptr;
  std::size_t outer_size_ = 0;
#endif
#if defined(__SANITIZE_THREAD__)
  void *inside_, *outside_;
#endif
};

}  // namespace

struct Fiber::State {
  explicit State(std::function<void()> body_in) : body(std::move(body_in)) {
    getcontext(&inside);
    inside.uc_stack.ss_sp = stack.bottom();
    inside.uc_stack.ss_size = stack_bytes;
    inside.uc_link = nullptr;
    // A pointer as the two integers that makecontext can pass on.
    const auto self = reinterpret_cast<std::uintptr_t>(this);
    makecontext(&inside, reinterpret_cast<void (*)()>(&State::start), 2, static_cast<unsigned>(self >> 32),
                static_cast<unsigned>(self & 0xffffffffU));
  }

  static void start(unsigned high, unsigned low) {
    auto* self = reinterpret_cast<State*>((static_cast<std::uintptr_t>(high) << 32) | low);
    self->view.inside_again();
    try {
      self->body();
    } catch (const Unwound&) {
    } catch (...) {
      self->failure = std::current_exception();
    }
    self->has_ended = true;
    self->view.before_leaving(true);
    swapcontext(&self->inside, &self->outside);
  }

  void enter() {
    has_begun = true;
    view.before_entering(stack);
    swapcontext(&outside, &inside);
    view.back_outside();
  }

  std::function<void()> body;
  Stack stack;
  SanitizerView view;
  ucontext_t inside{}, outside{};
  std::exception_ptr failure;
  bool has_begun = false, has_ended = false, unwinds = false;
};

Fiber::Fiber(std::function<void()> body) : state_(std::make_unique<State>(std::move(body))) {}
Fiber::Fiber(Fiber&&) noexcept = default;

Fiber::~Fiber() {
  if (!state_ || !state_->has_begun || state_->has_ended) return;
  state_->unwinds = true;
  state_->enter();
}

bool Fiber::resume() {
  if (state_->has_ended) fail(ErrorKind::usage, "a fiber that has ended was resumed");
  state_->enter();
  if (state_->failure) std::rethrow_exception(std::exchange(state_->failure, nullptr));
  return !state_->has_ended;
}

void Fiber::pause() {
  state_->view.before_leaving(false);
  swapcontext(&state_->inside, &state_->outside);
  state_->view.inside_again();
  if (state_->unwinds) throw Unwound{};
}

}  // namespace tacit::attacks
