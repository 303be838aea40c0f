package dev.myriad.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.List;
import org.junit.jupiter.api.Test;

/** A generic type as a value. */
class TypeRefTest {
    @Test
    void itHasTheWholeType() {
        assertThat(new TypeRef<List<String>>() {})
                .hasToString("java.util.List<java.lang.String>")
                .extracting(TypeRef::type)
                .isNotEqualTo(List.class);
    }

    @Test
    @SuppressWarnings("rawtypes") // that is the mistake
    void aRawOneSaysWhatToWrite() {
        assertThatIllegalStateException()
                .isThrownBy(() -> new TypeRef() {})
                .withMessageContaining("new TypeRef<List<Bid>>() {}");
    }
}
