package dev.agentkernel.samples.applicationonlywiresthedatasource.app;

import java.sql.SQLException;
import javax.sql.DataSource;

record RunsStatement(DataSource source) {
    void run() throws SQLException {
        source.getConnection().close();
    }
}
